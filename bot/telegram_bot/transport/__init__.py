"""Talking to Telegram: fetching updates, sending, retrying."""
