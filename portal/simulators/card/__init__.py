"""A simulated card service with keys, a book and faults of its own."""
