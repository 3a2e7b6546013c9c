"""The Telegram bot under load, and over a long time, against the strict server of the tests."""
