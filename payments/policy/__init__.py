"""Rules about what is owed; plain Python."""
