"""Records: what documents, pages, chunks and readings are, as frozen data without I/O."""
