"""Replies as Telegram messages: HTML, pages, keyboards."""
