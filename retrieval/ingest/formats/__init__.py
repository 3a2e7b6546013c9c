"""One file for each kind of source: bytes with a name to articles, and what of them is left out."""
