"""Files to articles to passages. Knows nothing about indexes, readers or answers."""
