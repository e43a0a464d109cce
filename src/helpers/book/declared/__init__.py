"""The claims of the book with their bands, one file a chapter; declared before the runs."""
