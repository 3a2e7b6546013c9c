"""Pages and feeds by address: fetched within bounds, then read like files."""
