"""Who and what the demo shows: the areas, the named people, their accounts, and 3,000 invented people."""
