"""Completing a question from texts that stand around it. Knows nothing about chats or articles."""
