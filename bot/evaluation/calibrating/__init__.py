"""From judged answers to the threshold that keeps a wanted precision, and to how often is right."""
