"""Asking a question set: jobs, workers, the journal to go on from."""
