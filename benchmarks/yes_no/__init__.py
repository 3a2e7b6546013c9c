"""Whether "yes" and "no" are inferred rightly: labelled pairs of a sentence and a question."""
