"""Takes the hall's guards away one at a time, in a copy, and looks whether a test turns red.

python tests/guards.py            run all; exit 1 when one can be taken away unnoticed
python tests/guards.py --check    only see that each guard still stands where this list says
python tests/guards.py --write    run all and write docs/results/guards.md
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "results" / "guards.md"
HEAD = """# Guards taken away one at a time

Made by `python tests/guards.py --write`: each guard is removed in a copy of the tree, and the named test must turn red.

| guard | file | test | result | seconds |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Guard:
    """Text that stands once in a file, what takes its place, and the test that must notice."""

    name: str
    file: str
    old: str
    new: str
    test: str


WORKFLOW = "tests/suspension/test_services_workflow.py"
GUARDS = (
    Guard(
        "version in the WHERE of a move",
        "suspension/services/workflow.py",
        "state=before, version=application.version)",
        "state=before)",
        f"{WORKFLOW}::test_a_stale_case_is_not_moved_though_its_state_is_the_same",
    ),
    Guard(
        "state in the WHERE of a move",
        "suspension/services/workflow.py",
        "pk=application.pk, state=before, version",
        "pk=application.pk, version",
        f"{WORKFLOW}::test_a_case_whose_state_changed_is_not_moved_though_its_version_is_the_same",
    ),
    Guard(
        "one-time token of the stop form",
        "suspension/services/filing.py",
        '    use_form_token(token, address=reverse("application_submitted", args=[number]))\n',
        "",
        "tests/suspension/test_services_stop.py::TestSubmit::test_sent_twice_leads_to_the_first_result",
    ),
    Guard(
        "only one's own applications",
        "suspension/views/applications.py",
        "mine = Application.objects.visible_to(account_of(request)).submitted()\n    return get_object_or_404(",
        "mine = Application.objects.submitted()\n    return get_object_or_404(",
        "tests/suspension/test_views_applications.py::TestApplicationPage::test_is_not_there_for_a_stranger",
    ),
    Guard(
        "only cases of one's own areas at the desk",
        "suspension/admin/case.py",
        "Application.objects.in_charge_of(user)\n        .select_related(",
        "Application.objects.submitted()\n        .select_related(",
        "tests/suspension/test_admin_site.py::TestStaff::test_of_another_area_find_nothing_and_change_nothing",
    ),
    Guard(
        "nobody handles their own case",
        "suspension/policy/desk.py",
        "if facts.is_applicant:",
        "if False:",
        "tests/suspension/test_services_desk.py::TestConflictOfInterest::test_keeps_one_from_ones_own_case",
    ),
    Guard(
        "nobody handles a relative's case",
        "suspension/policy/desk.py",
        "if facts.is_relative:",
        "if False:",
        "tests/suspension/test_services_desk.py::TestConflictOfInterest::test_keeps_one_from_a_relatives_case",
    ),
    Guard(
        "log-in for every address but a short list",
        "portal/settings.py",
        '    "django.contrib.auth.middleware.LoginRequiredMiddleware",\n',
        "",
        "tests/house_rules/test_urls.py::test_a_page_that_lets_everybody_in_is_noticed",
    ),
    Guard(
        "second factor used in this session",
        "suspension/admin/site.py",
        "if user is None or not has_used_second_factor(request):",
        "if user is None:",
        "tests/suspension/test_admin_site.py::TestStaff::test_who_did_not_use_it_in_this_session_are_asked_to",
    ),
    Guard(
        "protection against forged requests",
        "portal/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        "tests/accounts/test_views.py::test_log_out_is_protected_against_forgery",
    ),
    Guard(
        "one active basic scheme per person",
        "insured/migrations/0001_initial.py",
        "condition=models.Q(('is_basic', True), ('status', '1')), fields=('person',)",
        "condition=models.Q(('is_basic', True), ('status', 'x')), fields=('person',)",
        "tests/house_rules/test_database.py::test_a_person_has_one_active_basic_scheme",
    ),
    Guard(
        "events cannot be changed",
        "portal/triggers.py",
        '    "suspension_applicationevent": (APPEND_ONLY,),\n',
        "",
        "tests/house_rules/test_database.py::test_an_event_is_neither_changed_nor_removed",
    ),
    Guard(
        "IDs are shown masked",
        "portal/templatetags/hall.py",
        'return masking.mask_id(value) if value else ""',
        'return value or ""',
        "tests/suspension/test_views.py::TestCheckAndSubmit::test_shows_everything_once_more_with_the_id_masked",
    ),
    Guard(
        "a late worker does not overwrite the next one",
        "portal/notifications/services/drain.py",
        "pk=claim.pk, attempts=claim.no, state=DeliveryState.SENDING",
        "pk=claim.pk, state=DeliveryState.SENDING",
        "tests/notifications/test_drain.py::test_a_late_worker_leaves_the_row_to_the_one_who_sends_it_now",
    ),
    Guard(
        "log-in attempts do not keep what was typed",
        "portal/settings.py",
        'AXES_SENSITIVE_PARAMETERS = ["username", "login", "password", "code"]',
        'AXES_SENSITIVE_PARAMETERS = ["password"]',
        "tests/house_rules/test_canary.py::test_id_and_phone_stand_nowhere_in_clear",
    ),
    Guard(
        "a printed form proves that the hall made it",
        "portal/paper.py",
        "return any(hmac.compare_digest(proof.encode(), one.encode()) for one in candidates)",
        "return True",
        "tests/suspension/test_services_receipt.py::TestVerification::test_finds_nothing_for_another_code",
    ),
    Guard(
        "what took effect is not cancelled",
        "suspension/policy/cancel.py",
        'Check("in-time", (too_late,) if has_begun else ()),',
        'Check("in-time", ()),',
        "tests/suspension/test_services_cancel.py::TestFiling::test_is_refused_on_the_day",
    ),
    Guard(
        "who referred a case does not confirm it",
        "suspension/services/desk.py",
        '            raise BusinessRuleError(Reason("desk.second-reviewer"))\n',
        "            pass\n",
        "tests/suspension/test_services_second_review.py::TestSecondReview::test_is_never_done_by_who_referred_it",
    ),
)


def misplaced() -> list[str]:
    """Guards whose text does not stand exactly once in its file, or whose test is gone."""
    found = []
    for guard in GUARDS:
        count = (ROOT / guard.file).read_text(encoding="utf-8").count(guard.old)
        path, _, name = guard.test.partition("::")
        test = name.rpartition("::")[2]
        if count != 1:
            found.append(f"{guard.name}: stands {count} times in {guard.file}")
        elif f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"):
            found.append(f"{guard.name}: no test {guard.test}")
    return found


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """The tree without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    with tempfile.TemporaryDirectory(prefix="hall-guards-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder)
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        yield copy


def status(copy: Path, *tests: str) -> int:
    """How pytest ends in the copy: 0 green, 1 red, anything else is no answer."""
    (copy / "var" / "static").mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "REDIS_URL"))}
    env |= {"VAR_DIR": str(copy / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *tests]
    return subprocess.run(argv, cwd=copy, env=env, capture_output=True, check=False).returncode


def is_noticed(guard: Guard, *, copy: Path) -> bool:
    """Take the guard away, run its test, put the guard back."""
    path = copy / guard.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(guard.old, guard.new), encoding="utf-8")
    try:
        return status(copy, guard.test) == 1
    finally:
        path.write_text(text, encoding="utf-8")


def run() -> tuple[str, int]:
    """The table's lines, and how many guards can be taken away unnoticed."""
    lines, survivors = [], 0
    with copy_of_the_tree() as copy:
        if status(copy, *(guard.test for guard in GUARDS)):
            raise SystemExit("A test is red with every guard in its place; nothing can be said.")
        for guard in GUARDS:
            started = time.monotonic()
            noticed = is_noticed(guard, copy=copy)
            survivors += not noticed
            result = "red, as it must be" if noticed else "GREEN: NOT NOTICED"
            test = guard.test.replace("tests/", "", 1)
            lines.append(f"| {guard.name} | `{guard.file}` | `{test}` | {result} | {time.monotonic() - started:.0f} |")
            print(lines[-1], flush=True)
    return "\n".join(lines), survivors


def main(args: list[str]) -> int:
    """See the module's first lines."""
    if found := misplaced():
        print(*found, sep="\n")
        return 1
    if "--check" in args:
        return 0
    table, survivors = run()
    if "--write" in args:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        summary = f"\n{len(GUARDS)} guards, {survivors} taken away unnoticed.\n"
        PAGE.write_text(f"{HEAD}{table}\n{summary}", encoding="utf-8")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
