"""Tests of labelling in the terminal."""
