"""The Telegram front end: sees the assistant, what it replies, and where things are kept."""
