"""The figures of the book, one file a chapter."""
