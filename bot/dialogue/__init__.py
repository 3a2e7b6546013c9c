"""A conversation: from a message to a reply."""
