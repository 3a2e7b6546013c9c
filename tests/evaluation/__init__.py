"""Tests of the batch evaluation."""
