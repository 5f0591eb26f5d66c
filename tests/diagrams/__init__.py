"""Diagrams, maps and pictures drawn from seeds: none holds a table, a chart or a molecule."""
