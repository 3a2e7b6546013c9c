"""Rankings over passages and the store behind them."""
