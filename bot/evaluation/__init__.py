"""Batch evaluation against question sets. Knows nothing about how answers are found."""
