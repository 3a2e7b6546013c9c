"""A reply in words and as JSON, for every front end."""
