"""Finds and cites answers in articles."""
