"""Old citations proved against the articles of today."""
