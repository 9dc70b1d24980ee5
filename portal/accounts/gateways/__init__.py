"""The outside world at the door: who says whether a name and a resident ID belong together."""
