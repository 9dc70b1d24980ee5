"""The keys of both sides, made once: `python -m portal.simulators.card.keys --folder FOLDER`.

`card.json` is the service's side and `hall.env` the hall's; production refuses the hall's, for it begins with "demo:".
"""

import argparse
import json
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from portal.simulators.cashier.keys import MARK, private_text, public_text, write_secret

OURS, THEIRS = "hall.env", "card.json"


def make(folder: Path) -> None:
    """Write both files, readable by their owner only; nothing when they are there."""
    if (folder / OURS).exists() and (folder / THEIRS).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    hall, service = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
    agency = "KF" + "".join(secrets.choice("0123456789") for _ in range(10))
    theirs = {"agency": agency, "key": private_text(service), "hall": public_text(hall.public_key())}
    ours = {
        "CARD_AGENCY_ID": agency,
        "CARD_KEY": MARK + private_text(hall),
        "CARD_PUBLIC_KEY": public_text(service.public_key()),
    }
    write_secret(folder / THEIRS, json.dumps(theirs, indent=1))
    write_secret(folder / OURS, "".join(f"{name}={value}\n" for name, value in ours.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/card"))
    make(parser.parse_args().folder)
