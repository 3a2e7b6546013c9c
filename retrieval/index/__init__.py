"""Rankings over passages and the store behind them. Knows nothing about reading."""
