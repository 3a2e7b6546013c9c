"""Conversations over news: what the history did to each follow-up, and a table to read rewrites."""
