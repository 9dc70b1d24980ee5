"""Start the hall, print where it is, keep it running, stop it."""

import argparse
import hashlib
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from portal.launcher.broker import forget_socket, start_broker
from portal.launcher.checks import StartError, check_ports, make_var, take_lock
from portal.launcher.children import Command, Family
from portal.launcher.keys import card_keys, cashier_keys, demo_keys

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "insured", "payments", "suspension", "static", "templates")
STATE = "hall.sqlite3 hall.sqlite3-wal hall.sqlite3-shm demo.env demo-clock demo-accounts.txt prepared"
STATE += " beat-schedule broker.sock"
STATE_DIRS = "broker log media phone mailbox identity cashier card static pids"
OUTSIDE = ("phone", "smtp", "mailbox", "identity", "cashier", "card")
"""What stands behind the hall's port, one port each."""
PAGE_SECONDS = 60
STOP_SECONDS = 5


class Stopped(BaseException):
    """Ctrl-C or SIGTERM."""


def say(words: str) -> None:
    """One line for the person at the keyboard."""
    print(words, flush=True)


def ports_from(web: int) -> dict[str, int]:
    """The seven ports: the hall, the phone, the mailbox (SMTP), its page, the real-name check, the till, the cards."""
    return {name: web + place for place, name in enumerate(("web", *OUTSIDE))}


def environment(*, var: Path, ports: Mapping[str, int], given: Mapping[str, str]) -> dict[str, str]:
    """What every process of the hall is told; REDIS_URL is added when the broker answers."""
    here, cashier = f"http://127.0.0.1:{ports['web']}", f"http://127.0.0.1:{ports['cashier']}"
    own = {
        "HALL_MODE": "demo",
        "VAR_DIR": str(var),
        "SMS_URL": f"http://127.0.0.1:{ports['phone']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports['smtp']}",
        "IDENTITY_URL": f"http://127.0.0.1:{ports['identity']}",
        "PHONE_PAGE_URL": f"http://127.0.0.1:{ports['phone']}/",
        "MAILBOX_PAGE_URL": f"http://127.0.0.1:{ports['mailbox']}/",
        "CASHIER_PAGE_URL": f"{cashier}/",
        "ALIPAY_URL": f"{cashier}/gateway.do",
        "WECHATPAY_URL": cashier,
        "UNIONPAY_URL": f"{cashier}/gateway/api",
        "UNIONPAY_FILE_URL": f"{cashier}/file/",
        "BANK_URL": f"{cashier}/bank/",
        "CARD_URL": f"http://127.0.0.1:{ports['card']}",
        "CARD_PAGE_URL": f"http://127.0.0.1:{ports['card']}/",
        "PYTHONUNBUFFERED": "1",
    }
    made = {**demo_keys(var), **cashier_keys(var), **card_keys(var)}
    return {"BASE_URL": here, "SWEEP_SECONDS": "5", **given, **made, **own}


def web_and_simulators(*, env: Mapping[str, str], ports: Mapping[str, int], var: Path) -> list[Command]:
    """What the first page needs, and the five outside worlds, which know nothing of the hall."""
    python = sys.executable
    web = f"-k gthread --workers 2 --threads 4 --bind 127.0.0.1:{ports['web']} --timeout 30 --graceful-timeout 3"
    web += " --max-requests 2000 --max-requests-jitter 200 --limit-request-line 4094 --limit-request-fields 60"
    web += " --preload --no-control-socket portal.wsgi:application"
    told = ("PATH", "LANG", "SMS_SECRET", "SMS_KEY_ID", "IDENTITY_SECRET", "IDENTITY_KEY_ID")
    outside = {name: env[name] for name in told if name in env}
    phone = ["--port", str(ports["phone"]), "--book", str(var / "phone" / "messages.jsonl")]
    mailbox = ["--port", str(ports["smtp"]), "--page-port", str(ports["mailbox"])]
    mailbox += ["--book", str(var / "mailbox" / "mails.jsonl")]
    identity = ["--port", str(ports["identity"]), "--book", str(var / "identity" / "checks.jsonl")]
    identity += ["--people", str(var / "identity" / "people.jsonl")]
    cashier = ["--port", str(ports["cashier"]), "--folder", str(var / "cashier"), "--clock", str(var / "demo-clock")]
    card = ["--port", str(ports["card"]), "--folder", str(var / "card")]
    return [
        Command(name="web", argv=[python, "-m", "gunicorn", *web.split()], env=env),
        Command(name="phone", argv=[python, "-m", "portal.simulators.phone", *phone], env=outside),
        Command(name="mailbox", argv=[python, "-m", "portal.simulators.mailbox", *mailbox], env=outside),
        Command(name="identity", argv=[python, "-m", "portal.simulators.identity", *identity], env=outside),
        Command(name="cashier", argv=[python, "-m", "portal.simulators.cashier", *cashier], env=outside),
        Command(name="card", argv=[python, "-m", "portal.simulators.card", *card], env=outside),
    ]


def workers(*, env: Mapping[str, str], var: Path) -> list[Command]:
    """Those that look at the tables; bulk work has its own worker, so that it never delays a message."""
    celery = [sys.executable, "-m", "celery", "-A", "portal.celery"]
    quiet = ["--without-gossip", "--without-mingle", "-l", "INFO"]
    env = {**env, "HALL_IS_WORKER": "1"}
    main = ["worker", "-n", "main@localhost", "-Q", "default,sms,email", "-c", "2", *quiet]
    bulk = ["worker", "-n", "bulk@localhost", "-Q", "bulk", "-c", "1", *quiet]
    beat = ["beat", "-s", str(var / "beat-schedule"), "--pidfile=", "-l", "INFO"]
    named = {"worker": main, "bulk-worker": bulk, "beat": beat}
    return [Command(name=name, argv=[*celery, *rest], env=env) for name, rest in named.items()]


def fingerprint(env: Mapping[str, str]) -> str:
    """Changes when the code, the templates, the static files, the packages or the database's address change."""
    total = hashlib.sha256(env.get("DATABASE_URL", "").encode())
    files = (path for app in APPS for path in (ROOT / app).rglob("*") if "__pycache__" not in path.parts)
    for path in sorted([*files, ROOT / "requirements.txt"]):
        if path.is_file():
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def make_outside_keys(family: Family, *, var: Path) -> None:
    """The keys of the hall and of the simulated platforms; certificates need more than the standard library."""
    for name in ("cashier", "card"):
        folder = var / name
        if (folder / "hall.env").exists():
            continue
        argv = [sys.executable, "-m", f"portal.simulators.{name}.keys", "--folder", str(folder)]
        if family.run(Command(name=f"{name}-keys", argv=argv, env={"PATH": os.environ.get("PATH", "")})):
            raise StartError(f"密钥生成失败 / No keys for the {name}; see {family.log_of(f'{name}-keys')}.")


def prepare(family: Family, *, var: Path, env: Mapping[str, str]) -> None:
    """Migrate, collect the static files and seed, in one process; nothing when the last time still holds."""
    stamp, wanted = var / "prepared", fingerprint(env)
    has_data = bool(env.get("DATABASE_URL")) or (var / "hall.sqlite3").exists()
    if has_data and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    say("正在准备数据库和演示数据 / Preparing the database and the demo data ...")
    stamp.unlink(missing_ok=True)
    if family.run(Command(name="prepare", argv=[sys.executable, "manage.py", "prepare"], env=env)):
        raise StartError(f"准备失败 / The preparation failed; see {family.log_of('prepare')}.")
    stamp.write_text(wanted, encoding="ascii")


def wait_for_page(family: Family, *, port: int) -> None:
    """Return when the home page answers."""
    deadline = time.monotonic() + PAGE_SECONDS
    while time.monotonic() < deadline:
        family.watch()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
                page.read()
                return
        except urllib.error.HTTPError as error:
            raise StartError(f"首页出错 / The home page answers {error.code}; see {family.log_of('web')}.") from error
        except OSError:
            time.sleep(0.1)
    raise StartError(f"网厅没有响应 / The hall does not answer; see {family.log_of('web')}.")


def welcome(*, var: Path, ports: Mapping[str, int]) -> str:
    """Where everything is, and who can log in."""
    accounts = var / "demo-accounts.txt"
    hall = f"http://127.0.0.1:{ports['web']}"
    return "\n".join(
        [
            "",
            f"医疗保障单位网厅（演示）已启动 / The hall is open:  {hall}/",
            f"  演示面板 demo panel       {hall}/demo/",
            f"  经办后台 caseworkers      {hall}/admin/",
            f"  模拟手机 simulated phone  http://127.0.0.1:{ports['phone']}/",
            f"  模拟邮箱 simulated mail   http://127.0.0.1:{ports['mailbox']}/",
            f"  模拟实名 simulated check  http://127.0.0.1:{ports['identity']}/",
            f"  模拟收银 simulated till   http://127.0.0.1:{ports['cashier']}/",
            f"  模拟卡务 simulated cards  http://127.0.0.1:{ports['card']}/",
            "",
            accounts.read_text(encoding="utf-8").rstrip() if accounts.exists() else "",
            "",
            "按 Ctrl-C 停止 / Ctrl-C stops everything.",
        ]
    )


def reset(*, var: Path, env: Mapping[str, str]) -> None:
    """Remove what the demo wrote, and only that."""
    if env.get("DATABASE_URL"):
        raise StartError("--reset 只清除 var/ / --reset clears var/ only; empty the database of DATABASE_URL yourself.")
    for name in STATE.split():
        (var / name).unlink(missing_ok=True)
    for name in STATE_DIRS.split():
        shutil.rmtree(var / name, ignore_errors=True)


def open_hall(*, var: Path, port: int, is_reset: bool) -> None:
    """Start everything and stay until stopped; whatever happens, no child is left."""
    make_var(var)
    lock = take_lock(var)
    ports = ports_from(port)
    check_ports(ports)
    if is_reset:
        Family(var=var, cwd=ROOT, say=say).end_leftovers()
        reset(var=var, env=os.environ)
    family = Family(var=var, cwd=ROOT, say=say)
    try:
        family.end_leftovers()
        make_outside_keys(family, var=var)
        env = environment(var=var, ports=ports, given=os.environ)
        env["REDIS_URL"] = start_broker(family, var=var, env=env)
        prepare(family, var=var, env=env)
        for command in web_and_simulators(env=env, ports=ports, var=var):
            family.start(command)
        wait_for_page(family, port=port)
        for command in workers(env=env, var=var):
            family.start(command)
        say(welcome(var=var, ports=ports))
        while True:
            family.watch()
            time.sleep(0.25)
    finally:
        family.stop(seconds=STOP_SECONDS)
        with suppress(OSError, StartError):
            forget_socket(var)
        lock.close()


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    for handled in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(handled, signal.SIG_IGN)
    raise Stopped


def main() -> None:
    """Read the command line and open the hall; a problem is one sentence and status 1."""
    parser = argparse.ArgumentParser(
        prog="./run", description="Starts the demo of the hall: everything, on this machine."
    )
    parser.add_argument("--port", type=int, default=8000, help="the hall's port; the next six are used too")
    parser.add_argument("--reset", action="store_true", help="throw away the demo's data first")
    given = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
        open_hall(var=var, port=given.port, is_reset=given.reset)
    except StartError as problem:
        sys.exit(str(problem))
    except Stopped:
        say("已停止 / Stopped.")


if __name__ == "__main__":
    main()
