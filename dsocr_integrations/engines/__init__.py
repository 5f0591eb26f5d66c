"""Engines: who reads the page."""
