"""Looks at the best candidates again, each in its sentence."""
