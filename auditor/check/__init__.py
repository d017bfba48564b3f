"""Report + rules → findings. Knows no file kind; pure functions of their arguments."""
