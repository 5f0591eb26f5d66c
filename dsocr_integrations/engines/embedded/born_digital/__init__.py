"""Pages read from their text layer."""
