"""What must be true before anything is started; each problem is one sentence."""

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO

NEEDED_MB = 200


class StartError(Exception):
    """A sentence for the person at the keyboard."""


def make_var(var: Path) -> None:
    """Make the directory of all state, and see that it can be written and has room."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / ".probe"
        probe.write_bytes(b"0" * 4096)
        probe.unlink()
    except OSError as error:
        why = "磁盘已满 / the disk is full" if error.errno == errno.ENOSPC else error.strerror
        raise StartError(f"无法写入数据目录 / Cannot write to {var}: {why}.") from error
    free = shutil.disk_usage(var).free // 2**20
    if free < NEEDED_MB:
        raise StartError(f"磁盘空间不足 / Not enough disk: {free} MB free at {var}, {NEEDED_MB} MB are needed.")


def take_lock(var: Path) -> IO[str]:
    """Hold the directory for as long as the returned file stays open."""
    file = (var / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StartError(f"网厅已在运行 / The hall is already running on {var} (process {holder}).") from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def check_ports(ports: Mapping[str, int]) -> None:
    """Every port must be free; names the first that is not, and the way out."""
    for use, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                sentence = f"端口 {port} 不可用 / Port {port} ({use}) is taken; try ./run --port {ports['web'] + 100}."
                raise StartError(sentence) from error
