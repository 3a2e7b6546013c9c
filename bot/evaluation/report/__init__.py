"""Reports: what a run gave, as one HTML file that needs no network."""
