"""From spans to one decision."""
