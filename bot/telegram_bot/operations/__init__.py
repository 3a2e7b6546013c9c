"""Logs, metrics and health of the running bot."""
