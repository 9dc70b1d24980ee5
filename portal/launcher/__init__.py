"""What ./run executes: the whole hall as a family of processes; standard library only."""
