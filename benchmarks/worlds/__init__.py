"""Made-up worlds of which everything is known: what happened where, who reported it, what is asked."""
