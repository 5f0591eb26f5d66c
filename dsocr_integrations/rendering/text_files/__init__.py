"""Files that say their text themselves: plain text, Markdown, mails. No model reads them."""
