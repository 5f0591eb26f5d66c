"""The layout of pages of plain prose, told by their text alone."""
