"""A simulated cashier: three payment platforms with keys, books and faults of their own."""
