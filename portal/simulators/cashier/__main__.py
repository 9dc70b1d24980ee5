"""`python -m portal.simulators.cashier --port 8005 --folder FOLDER`: three payment platforms, one cashier, a bank."""

import argparse
import json
from pathlib import Path

from portal.simulators.book import Book
from portal.simulators.cashier import keys
from portal.simulators.cashier.knobs import Knobs
from portal.simulators.cashier.server import serve
from portal.simulators.cashier.till import Till


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8005)
    parser.add_argument("--folder", type=Path, default=Path("var/cashier"), help="keys and books")
    parser.add_argument("--clock", type=Path, help="a file with the days that the demo is ahead")
    parser.add_argument("--time-scale", type=float, default=1.0, help="waits between the tries of a notice times this")
    parser.add_argument("--seed", type=int, help="makes the trade numbers repeatable")
    given = parser.parse_args()
    keys.make(given.folder)
    known = json.loads((given.folder / keys.THEIRS).read_text(encoding="ascii"))
    till = Till(book=Book(given.folder / "books.jsonl"), clock=given.clock, seed=given.seed)
    server = serve(port=given.port, till=till, keys=known, knobs=Knobs(time_scale=given.time_scale))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
