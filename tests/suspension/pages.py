"""Filling in the stop pages as a person would, for the tests of the views."""

import re

from django.test import Client


def typed(**changes: object) -> dict[str, object]:
    return {
        "reason_code": "joined-310",
        "stop_month": "",
        "contact_phone": "138 0013 8000",
        "contact_email": "",
        "note": "去单位上班",
    } | changes


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert match, name
    return match[1]


def check_page(visitor: Client) -> str:
    visitor.post("/stop/form/", typed())
    return visitor.get("/stop/check/").content.decode()


def confirm(visitor: Client, page: str) -> str:
    answer = visitor.post("/stop/check/", {"token": hidden(page, "token"), "revision": hidden(page, "revision")})
    assert answer.status_code in (302, 303)
    return answer["Location"]
