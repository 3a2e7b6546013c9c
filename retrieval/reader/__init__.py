"""Finds candidate spans in passages."""
