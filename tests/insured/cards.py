"""A simulated card service in a thread, and the people's cards."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pytest_django import Settings

from insured.models import CardBinding, InsuredPerson
from insured.services import cards
from portal.simulators.card import keys, server
from tests import factories

NUMBER, PASSWORD, WRONG = "D11990001", "739182", "111222"


@dataclass(frozen=True, slots=True)
class Service:
    """The running service; `asked` counts the questions about passwords."""

    url: str
    folder: Path

    def turn(self, **knobs: object) -> None:
        assert httpx.post(f"{self.url}/control", json=knobs, timeout=5).status_code == 200

    def asked(self) -> list[str]:
        """The results, oldest first."""
        path = self.folder / "asked.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["result"] for line in lines]


@contextmanager
def running(folder: Path, *, settings: Settings) -> Iterator[Service]:
    """Keys of this run, and a server that knows them."""
    keys.make(folder)
    pairs = (line.partition("=") for line in (folder / keys.OURS).read_text(encoding="ascii").splitlines())
    ours = {name.removeprefix("CARD_"): value.removeprefix(keys.MARK) for name, _, value in pairs}
    httpd = server.serve(port=0, issuer=server.Issuer(folder, seed=1))
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{httpd.server_address[1]}"
    settings.CARD = {"URL": url, **ours}
    yield Service(url, folder)
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def issue(service: Service, *people: InsuredPerson, number: str = NUMBER, state: str = "normal") -> None:
    """Cards for these people, with the numbers that follow `number`."""
    lines = [
        {
            "number": f"{number[:-4]}{int(number[-4:]) + place:04d}",
            "password": PASSWORD,
            "holder": person.name,
            "id_number": person.id_number,
            "state": state,
        }
        for place, person in enumerate(people)
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (service.folder / "cards.jsonl").write_text(text, encoding="utf-8")


def bound(person: InsuredPerson, *, number: str = NUMBER, password: str = PASSWORD) -> CardBinding:
    """What the person's own account binds."""
    return cards.bind(number, password=password, by=factories.account_of(person))
