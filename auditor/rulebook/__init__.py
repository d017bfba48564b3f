"""The files under ``rules/`` → typed records. A bad file is refused by path, id and key."""
