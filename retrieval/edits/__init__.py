"""Completing a question from texts that stand around it."""
