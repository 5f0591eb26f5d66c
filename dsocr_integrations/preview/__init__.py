"""Readings made visible: page, boxes and text side by side, in a file or a notebook."""
