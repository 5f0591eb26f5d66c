"""Spreadsheets as they are shown: XLSX, ODS and delimited text, each as sheets of cells."""
