"""The task ``rewrite``: how well follow-up questions become standalone ones."""
