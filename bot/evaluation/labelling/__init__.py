"""Questions labelled by people in the terminal, and how far two people agree."""
