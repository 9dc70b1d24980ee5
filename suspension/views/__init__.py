"""What the applicant sees: the way to stop, and the applications."""
