"""The composition root: a Config to working parts."""
