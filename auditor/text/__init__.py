"""Characters and words: pure functions on strings, no law and no files."""
