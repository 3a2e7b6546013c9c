"""Finds candidate spans in passages. Knows nothing about indexes or decisions."""
