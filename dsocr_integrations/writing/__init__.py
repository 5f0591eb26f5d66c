"""Writing: what characters tell of their script and language, whoever read them."""
