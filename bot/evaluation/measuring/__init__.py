"""Measures: questions and predictions to numbers."""
