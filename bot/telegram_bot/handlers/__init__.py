"""What an update leads to, one file for each kind."""
