"""What we observe in a net."""
