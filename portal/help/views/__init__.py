"""Pages of the help centre."""
