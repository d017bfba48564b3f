"""The season's state: one file of truth, what people enter kept apart."""
