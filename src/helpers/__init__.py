"""The shared code of the book: data, nets, learning, measure and book; imports only downward."""
