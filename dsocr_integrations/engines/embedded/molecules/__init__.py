"""Molecules read from their drawings."""
