"""The only writers of applications, one module per subject."""
