"""Conversations, front ends and evaluation. Knows nothing about indexes or models."""
