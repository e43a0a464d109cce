"""What a notebook shows: explorables, figures, claims, colors."""
