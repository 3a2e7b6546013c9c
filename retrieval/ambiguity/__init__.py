"""Whether a question may mean several events or people that the articles report."""
