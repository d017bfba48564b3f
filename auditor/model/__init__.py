"""The nouns: frozen records that travel from file to finding. No behaviour beyond small properties."""
