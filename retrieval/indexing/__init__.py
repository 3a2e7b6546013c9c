"""Building index versions: what changed, what is new, what is written."""
