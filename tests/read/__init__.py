"""Readers: what comes out of each kind of file."""
