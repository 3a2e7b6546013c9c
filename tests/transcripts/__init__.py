"""Whole transcripts: what the product prints and writes, kept word for word beside the tests."""
