"""Question sets: files to questions. Knows nothing about answers or how they are measured."""
