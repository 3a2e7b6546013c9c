"""Measures: questions and predictions to numbers. Knows nothing about set formats or pages."""
