"""The only writers of persons, employers, enrollments and coverage, one module per subject."""
