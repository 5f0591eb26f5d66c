"""The networks of DeepSeek-OCR for current transformers, without remote code."""
