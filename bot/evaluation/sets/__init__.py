"""Question sets: files to questions."""
