"""The embedded CPU engine: layout, text recognition, charts and molecules without a GPU."""
