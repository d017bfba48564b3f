"""What is read from a sample, as a text that a reviewer can compare with the sample by eye."""
