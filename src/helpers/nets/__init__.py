"""The systems themselves, one file each."""
