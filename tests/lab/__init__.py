"""The laboratory: composed reports with known truth, and how exactly they are read."""
