"""From spans to one decision. Knows nothing about how spans were found."""
