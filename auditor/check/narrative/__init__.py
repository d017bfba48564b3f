"""Prose read as statements: what is counted, how many, when, for whom, as part of what."""
