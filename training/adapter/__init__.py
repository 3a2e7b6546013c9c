"""A shipped reader learns on: small matrices beside its int8 weights, which stay as they are."""
