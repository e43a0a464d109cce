"""What the nets learn from."""
