"""The order in which the parts of a page are read."""
