"""Lets `python -m dsocr_integrations.cli` stand in for the `dsocr` command."""

from dsocr_integrations.cli import main

main()
