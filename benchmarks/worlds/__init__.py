"""Made-up worlds of which everything is known: what happened, who reported it, what is asked."""
