"""The environment of the tests, loaded before Django's settings; what is already set stays."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HALL_MODE", "test")
os.environ.setdefault("SECRET_KEY", "test-only-" * 6)
os.environ.setdefault("FIELD_KEYS", "1:" + "64656d6f".ljust(63, "0") + "1")
os.environ.setdefault("INDEX_KEYS", "1:" + "64656d6f".ljust(63, "0") + "2")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="hall-test-"))
os.environ.setdefault("LOG_LEVEL", "WARNING")
# WhiteNoise warns about a missing directory, and warnings are errors.
(Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
