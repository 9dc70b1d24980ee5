"""People at the doors and workers, in a process of their own: `python -m tests.faults MODE PLAN HISTORY`.

Reads a plan (JSON) from the file it is given and writes what it did, line by line, into a history outside the hall.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.db import Error, close_old_connections, connection

from insured.models import InsuredPerson, PoolingArea
from payments.models import AssessmentRun, Bill, DebitRun, ReminderRun
from payments.services import asking, assessment, debit, orders, reminded, reminders
from portal import clock, hints
from portal.accounts.models import User
from portal.errors import AlreadyDone, BusinessRuleError
from portal.help.models import NoticeRun
from portal.help.services import subscriptions
from suspension.policy.transitions import Action
from suspension.services import desk, stop
from tests import factories
from tests.suspension.cases import stop_request

MORE: dict[str, dict[str, Any]] = {
    "approve": {},
    "reject": {"code": "not-eligible", "text": "材料与系统记录不一致。"},
    "return": {"fields": ("contact_phone",), "text": "请核对联系电话。"},
}
RETRIES = 60
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Argon2 is slow on purpose; nobody logs in here."""


class History:
    """One line per thing said; written before and after, so that a death in between shows."""

    def __init__(self, path: Path) -> None:
        self._file, self._lock = path.open("a", encoding="utf-8"), threading.Lock()

    def add(self, **line: object) -> None:
        with self._lock:
            self._file.write(json.dumps({"at": time.time(), **line}) + "\n")
            self._file.flush()


def resident(area: PoolingArea) -> InsuredPerson:
    """Somebody covered by 390 for this year."""
    year = clock.today().year
    born_on = date.fromordinal(date(1950, 1, 1).toordinal() + InsuredPerson.objects.count() // 500)
    person = factories.person(area=area, user=factories.user(), born_on=born_on)
    row = factories.enrollment(of=person)
    factories.period(of=row, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    return person


def with_draft(area: PoolingArea) -> tuple[int, int]:
    """(enrollment, applicant) with a draft ready to be sent."""
    person = resident(area)
    enrollment, account = person.enrollments.get(), factories.account_of(person)
    stop.save_draft(stop_request(), enrollment_id=enrollment.pk, by=account)
    return enrollment.pk, account.pk


def outcome_of(call: Callable[[], object]) -> str:
    """How a call ended, as the person at the door sees it; "unknown" may be done or not."""
    close_old_connections()
    try:
        call()
    except AlreadyDone:
        return "already"
    except BusinessRuleError:
        return "refused"
    except Error:
        return "unknown"
    return "ok"


def suppress_hints(*, rate: float, chance: random.Random, history: History) -> None:
    """A web process that dies between the commit and the hint looks like this from outside."""
    publish, lock = hints.publish, threading.Lock()

    def sometimes(queue: str) -> None:
        with lock:
            is_lost = chance.random() < rate
        if is_lost:
            history.add(op="hint-suppressed", key=queue)
        else:
            publish(queue)

    hints.publish = sometimes


def decide(plan: dict[str, Any], *, history: History) -> None:
    """Decide every case of the plan: [number, version, action], by one caseworker."""
    suppress_hints(rate=plan["suppressed"], chance=random.Random(plan["seed"]), history=history)
    by = User.objects.get(pk=plan["by"])

    def one(job: tuple[str, int, str]) -> None:
        number, version, action = job
        decision = desk.Decision(action=Action(action), **MORE[action])
        history.add(op="decide", key=number, state="invoke", action=action)
        call = partial(desk.decide, decision, number=number, version=version, token=f"token-{number}", by=by)
        history.add(op="decide", key=number, state=outcome_of(call), action=action)
        time.sleep(plan["pause"])

    in_threads(one, plan["jobs"], count=plan["threads"])


def submit(plan: dict[str, Any], *, history: History) -> None:
    """Send one application per token; after an unknown answer, every second person tries again."""
    area = factories.area()
    drafts = [with_draft(area) for _ in plan["tokens"]]
    history.add(op="ready", key="")

    def one(job: tuple[str, tuple[int, int]]) -> None:
        token, (enrollment_id, user_id) = job
        history.add(op="submit", key=token, state="invoke", enrollment=enrollment_id)
        is_stubborn = int(token[-1], 16) % 2 == 0
        for _ in range(RETRIES):
            state = outcome_of(partial(_send, token, enrollment_id=enrollment_id, user_id=user_id))
            history.add(op="submit", key=token, state=state, enrollment=enrollment_id)
            if state != "unknown" or not is_stubborn:
                break
            time.sleep(0.3)
        time.sleep(plan["pause"])

    in_threads(one, list(zip(plan["tokens"], drafts, strict=True)), count=plan["threads"])


def _send(token: str, *, enrollment_id: int, user_id: int) -> None:
    stop.submit(enrollment_id=enrollment_id, revision=1, token=token, by=User.objects.get(pk=user_id))


def talk(_plan: dict[str, Any], *, history: History) -> None:
    """On every line of the input one person submits and withdraws; the answer is what each took, in seconds."""
    enrollment_id, user_id = with_draft(factories.area())
    account = User.objects.get(pk=user_id)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        draft = stop.save_draft(stop_request(), enrollment_id=enrollment_id, by=account)
        started = time.monotonic()
        case = stop.submit(
            enrollment_id=enrollment_id, revision=draft.revision, token=f"talk-{time.time_ns()}", by=account
        )
        submitted = time.monotonic()
        stop.withdraw(number=case.number or "", version=case.version, by=account)
        answer = {"submit": submitted - started, "withdraw": time.monotonic() - submitted, "said": line.strip()}
        history.add(op="talk", key=case.number, state="ok", **answer)
        print(json.dumps(answer), flush=True)


def remind(plan: dict[str, Any], *, history: History) -> None:
    """Tell chunk after chunk until nobody is left; somebody else may be at it, too."""
    reminded.CHUNK = plan["chunk"]
    history.add(op="ready", key="")
    while ReminderRun.objects.unfinished().exists():
        state = outcome_of(reminders.advance_runs)
        history.add(op="remind", key="", state=state)


def remind_and_die(plan: dict[str, Any], *, history: History) -> None:
    """On every line of the input: for each seam a fork that dies there, and in the end one that tells the rest.

    A line says whether beside each there is another one that lives; the answer is where somebody died.
    """
    reminded.CHUNK = plan["chunk"]
    connection.close()
    history.add(op="ready", key="")
    for line in sys.stdin:
        died = []
        for seam in plan["seams"]:
            forks = {_forked(seam): seam[0]} | ({_forked(None): ""} if json.loads(line)["is_doubled"] else {})
            died += [name for pid, name in forks.items() if os.WIFSIGNALED(os.waitpid(pid, 0)[1])]
        os.waitpid(_forked(None), 0)
        print(json.dumps(died), flush=True)


def _forked(seam: list[Any] | None) -> int:
    """A process that tells chunk after chunk until nobody is left, or until it is dead."""
    if pid := os.fork():
        return pid
    died = connection.execute_wrapper(_deadly(*seam)) if seam else nullcontext()
    with died:
        while ReminderRun.objects.unfinished().exists():
            outcome_of(reminders.advance_runs)
    os._exit(0)


def _deadly(text: str, nth: int, side: str) -> Callable[..., Any]:
    """Kills this process before or after the nth statement with that text."""
    left = [nth]

    def wrapper(execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        left[0] -= text in sql
        if is_last := text in sql and left[0] == 0:
            left[0] = -1
        if is_last and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = execute(sql, params, many, context)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return wrapper


def tell_news(plan: dict[str, Any], *, history: History) -> None:
    """Tell of notices chunk after chunk until nobody is left; somebody else may be at it, too."""
    subscriptions.CHUNK = plan["chunk"]
    history.add(op="ready", key="")
    while NoticeRun.objects.unfinished().exists():
        state = outcome_of(subscriptions.advance_runs)
        history.add(op="news", key="", state=state)


def assess(plan: dict[str, Any], *, history: History) -> None:
    """Open bills chunk after chunk until nobody is left; somebody else may be at it, too."""
    assessment.CHUNK, assessment.UNITS_CHUNK = plan["chunk"], plan["chunk"]
    history.add(op="ready", key="")
    while not AssessmentRun.objects.exists() or AssessmentRun.objects.at_work().exists():
        state = outcome_of(assessment.advance_runs)
        history.add(op="assess", key="", state=state)


def start_bills(plan: dict[str, Any], *, history: History) -> None:
    """The desk: finance begins the run of a year, with the same form as before it was killed."""
    year, by = date.fromisoformat(plan["period"]), User.objects.get(pk=plan["by"])
    area = PoolingArea.objects.get(pk=plan["area"])
    history.add(op="ready", key="")
    call = partial(assessment.start_run, kind="resident", area=area, period=year, by=by, token=plan["token"])
    history.add(op="start", key="", state=outcome_of(call))


def collect(plan: dict[str, Any], *, history: History) -> None:
    """A worker on a debit day: begin the run, go on until it is finished; somebody else may be at it, too."""
    _wait_for_gate(plan, history=history)
    while not DebitRun.objects.exists() or DebitRun.objects.filter(finished_at__isnull=True).exists():
        history.add(op="collect", key="", state=outcome_of(debit.run_due))


def pay(plan: dict[str, Any], *, history: History) -> None:
    """The door: one person after the other pays the own bill at Alipay; those of the plan's "leave" only look."""
    chance = random.Random(plan["seed"])
    _wait_for_gate(plan, history=history)
    with httpx.Client(timeout=5, trust_env=False) as browser:
        for user_id in chance.sample(plan["payers"], k=len(plan["payers"])):
            is_paying = user_id not in plan["leave"]
            call = partial(_pay, User.objects.get(pk=user_id), browser=browser, is_paying=is_paying)
            history.add(op="pay", key=str(user_id), state=outcome_of(call))


def _wait_for_gate(plan: dict[str, Any], *, history: History) -> None:
    """All begin in the same moment, however long each took to start; the clock is the demo's, as at the cashier."""
    settings.DEMO = True
    history.add(op="ready", key="")
    while not Path(plan["gate"]).exists():
        time.sleep(0.01)


def _pay(by: User, *, browser: httpx.Client, is_paying: bool) -> None:
    """Order, cashier, and the question that the result page asks."""
    bill = Bill.objects.visible_to(by).get()
    wanted = orders.OrderRequest(bill_numbers=[bill.number], shown_fen=bill.left_fen, key=f"own-{by.pk}".ljust(16, "-"))
    order = orders.open_order(wanted, by=by)
    started = orders.start_order(order.number, gateway="alipay", by=by)
    page = browser.get(started.address, follow_redirects=False)
    if is_paying and page.status_code == 303:
        browser.post(httpx.URL(started.address).join(page.headers["location"]), data={"do": "pay"})
    asking.ask(order.number)


def in_threads(work: Callable[[Any], None], jobs: list[Any], *, count: int) -> None:
    """Each thread has its own connection and gives it back."""

    def some(part: list[Any]) -> None:
        try:
            for job in part:
                work(job)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(some, [jobs[start::count] for start in range(count)]))


MODES: dict[str, Callable[..., None]] = {
    "decide": decide,
    "submit": submit,
    "talk": talk,
    "remind": remind,
    "remind-and-die": remind_and_die,
    "news": tell_news,
    "assess": assess,
    "start-bills": start_bills,
    "collect": collect,
    "pay": pay,
}


def main() -> None:
    """mode, plan file, history file."""
    mode, plan, history = sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), History(Path(sys.argv[3]))
    MODES[mode](plan, history=history)
    history.add(op="end", key="")
