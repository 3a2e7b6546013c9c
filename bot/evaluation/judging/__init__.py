"""Predictions judged against what a question set expects."""
