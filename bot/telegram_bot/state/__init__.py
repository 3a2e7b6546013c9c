"""What survives a kill: updates, outcomes, pages; and the order of each chat."""
