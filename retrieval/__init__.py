"""Finds and cites answers in articles. Knows nothing about chats."""
