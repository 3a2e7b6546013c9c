"""Conversations, front ends and evaluation."""
