"""Every address × every role, also the stranger's: what answers whom, compared with docs/access-matrix.md."""

import os
import re
from collections.abc import Iterator
from difflib import unified_diff
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from suspension.models import Attachment
from tests.house_rules import world as hall
from tests.house_rules.addresses import all_addresses
from tests.house_rules.source import ROOT

PAGE = ROOT / "docs" / "access-matrix.md"
WRITE = "HALL_WRITE_DOCS"
"""Set it to write the page anew instead of comparing it; then read the difference."""
ROLES = {
    "anonymous": "未登录",
    "resident": "本人",
    "stranger": "陌生人",
    "agent": "单位经办人",
    "caseworker": "经办人（本区）",
    "caseworker_elsewhere": "经办人（他区）",
    "reviewer": "复核人",
    "supervisor": "主管",
    "finance": "财务",
    "auditor": "审计",
    "administrator": "管理员",
    "no_factor": "经办人（未用第二因素）",
}
HEAD = f"""# 谁能到哪里

由 `{WRITE}=1 ./test tests/test_access_matrix.py` 生成，请不要手工修改；测试会逐格比较，新地址没有列入就不通过。
地址中的编号都属于“本人”（一件审核中的申请），表单都是空的。

`→登录` 转到登录页，`→` 转到别的页面；其余为 HTTP 状态：200 可以看，403、404 不给看，405 不收这种请求，
409、422 规则不允许。
"""
pytestmark = pytest.mark.django_db
Row = tuple[str, ...]
SAME_FOR_EVERYBODY = [
    "`GET /help/feedback/<number>/`",
    "`GET /help/unsubscribe/<public_id>/`",
    "`GET /pay/orders/<number>/return/`",
    "`POST /flexible-enrolment/materials/<public_id>/remove/`",
    "`POST /help/unsubscribe/<public_id>/`",
    "`POST /pay/orders/<number>/return/`",
    "`POST /refund/materials/<public_id>/remove/`",
    "`POST /resident-enrolment/materials/<public_id>/remove/`",
    "`POST /resume/materials/<public_id>/remove/`",
    "`POST /stop/materials/<public_id>/remove/`",
]
"""The first shows what came of feedback, which has no owner, and nothing that was written. Ending a subscription needs
the random id of its e-mail and shows nobody's name. The way back from a platform only leads on to the order's page,
which asks who is there. The others take a file out of one's own draft; an id that is not in it is passed over. The last
test here shows it."""


def answer(response: HttpResponse) -> str:
    """One cell."""
    if response.status_code not in {301, 302, 303}:
        return str(response.status_code)
    is_door = response["Location"].startswith((reverse(settings.LOGIN_URL), "/admin/login/"))
    return "→登录" if is_door else "→"


def ask(client: Client, *, method: str, path: str) -> str:
    """Ask with the browser as it was when it came, and leave the hall as it was."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        response = getattr(client, method.lower())(path)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer(response)


def rows(world: hall.World) -> Iterator[Row]:
    """The matrix, line by line."""
    browsers = hall.clients(world)
    for browser in browsers.values():
        browser.raise_request_exception = False
    for address in all_addresses():
        path = address.filled(world.values(address))
        for method in ("GET", "POST"):
            cells = (ask(browsers[role], method=method, path=path) for role in ROLES)
            yield f"`{method} /{re.sub(r'<(?:[a-z]+:)?', '<', address.route)}`", *cells


def as_page(matrix: list[Row]) -> str:
    """The matrix as Markdown."""
    lines = ["| | " + " | ".join(ROLES.values()) + " |", "|---" * (len(ROLES) + 1) + "|"]
    return HEAD + "\n" + "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in matrix)]) + "\n"


@pytest.fixture
def matrix() -> list[Row]:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        return list(rows(hall.build()))


def test_everybody_gets_exactly_what_the_page_says(matrix: list[Row]) -> None:
    page = as_page(matrix)
    if os.environ.get(WRITE):
        PAGE.write_text(page, encoding="utf-8")
    expected = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""

    different = list(unified_diff(expected.splitlines(), page.splitlines(), "docs/access-matrix.md", "now", n=0))

    assert different == [], "\n".join(different) + f"\nRun it with {WRITE}=1 and read the difference."
    assert [row for row in matrix if "500" in row] == []
    assert shared(matrix) == SAME_FOR_EVERYBODY, "a stranger is answered like the person whom the ids belong to"


def shared(matrix: list[Row]) -> list[str]:
    """Addresses with somebody's id that answer a stranger as they answer that person."""
    names = list(ROLES)
    own = names.index("resident") + 1
    return sorted(
        {
            row[0]
            for row in matrix
            for other in ("stranger", "agent")
            if re.search("<(number|public_id)>", row[0])
            and row[own] in {"200", "→"}
            and row[names.index(other) + 1] in {"200", "→"}
        }
    )


def test_a_stranger_removes_nothing_though_the_answer_is_the_same() -> None:
    with time_machine.travel("2026-03-10T02:00:00Z", tick=False):
        world = hall.build()
        file = Attachment.objects.kept().get(application__person=world.people["draft"])

        for role in ("stranger", "agent", "caseworker"):
            hall.clients(world)[role].post(f"/stop/materials/{file.public_id}/remove/")

    assert Attachment.objects.kept().filter(pk=file.pk).exists()
