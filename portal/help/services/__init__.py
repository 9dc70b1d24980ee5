"""Content of the help centre, and the only writer of consultations and feedback."""
