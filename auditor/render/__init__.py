"""Results as screen, JSON, CSV … Nothing here may change a verdict."""
