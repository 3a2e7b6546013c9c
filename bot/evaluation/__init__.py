"""Batch evaluation against question sets."""
