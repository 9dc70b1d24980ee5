"""A simulated card service: `python -m portal.simulators.card --port 8006 --folder FOLDER`.

`cards.jsonl` in the folder says which cards there are, `card.json` holds the keys, `asked.jsonl` is its own book.
"""

import argparse
from pathlib import Path

from portal.simulators.card import keys
from portal.simulators.card.server import Issuer, serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8006)
    parser.add_argument("--folder", type=Path, default=Path("var/card"))
    parser.add_argument("--seed", type=int, help="makes the faults repeatable")
    given = parser.parse_args()
    keys.make(given.folder)
    serve(port=given.port, issuer=Issuer(given.folder, seed=given.seed)).serve_forever()
