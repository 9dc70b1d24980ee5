"""The generated keys of the demo: var/demo.env, var/cashier/hall.env, var/card/hall.env; for their owner only."""

import os
import secrets
from pathlib import Path

PREFIX = "demo"


def demo_keys(var: Path) -> dict[str, str]:
    """The keys kept in var/demo.env; made on the first start. Production refuses them by their first characters."""
    path = var / "demo.env"
    if not path.exists():
        _write(path)
    return _read(path)


def cashier_keys(var: Path) -> dict[str, str]:
    """The hall's keys for the simulated payment platforms, which make them; {} before they have."""
    path = var / "cashier" / "hall.env"
    return _read(path) if path.exists() else {}


def card_keys(var: Path) -> dict[str, str]:
    """The hall's keys for the simulated card service, which makes them; {} before it has."""
    path = var / "card" / "hall.env"
    return _read(path) if path.exists() else {}


def _read(path: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in path.read_text(encoding="ascii").splitlines() if "=" in line)
    return {name: value for name, _, value in pairs}


def _write(path: Path) -> None:
    keys = {
        "SECRET_KEY": PREFIX + secrets.token_hex(32),
        "FIELD_KEYS": f"1:{_key()}",
        "INDEX_KEYS": f"1:{_key()}",
        "SMS_SECRET": PREFIX + secrets.token_hex(16),
        "IDENTITY_SECRET": PREFIX + secrets.token_hex(16),
    }
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
    draft.replace(path)


def _key() -> str:
    return PREFIX.encode().hex() + secrets.token_hex(28)
