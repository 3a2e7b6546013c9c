"""One fact, many sources: who stands behind a value, how it moved, what contradicts it."""
