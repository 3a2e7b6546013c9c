"""Characters, and what of an article is shown: a floor that knows no language."""
