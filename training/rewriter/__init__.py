"""Training the edit model that makes follow-up questions standalone."""
