"""Broken and hostile input: every reader and the binder must answer with a status, whatever they are given."""
