"""The outside world of insured."""
