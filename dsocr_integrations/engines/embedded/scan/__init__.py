"""Pages read from their pixels."""
