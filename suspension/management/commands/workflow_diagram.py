"""Draws the life of a case from TRANSITIONS into docs/workflow.md, so that the picture cannot lie."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from suspension import labels
from suspension.policy.transitions import FINAL_STATES, TRANSITIONS, State, Transition

HEAD = """# 办件流程

由 `python manage.py workflow_diagram` 从 `suspension/policy/transitions.py` 生成，请不要手工修改；测试会比较两者。
按钮、接口权限、经办操作和测试都取自同一张表。

```mermaid
stateDiagram-v2
"""
TABLE = """
| 从 | 动作 | 到 | 谁 | 须说明原因 | 通知 |
|---|---|---|---|---|---|
"""
CHANNELS = {"sms": "短信", "email": "邮件"}


class Command(BaseCommand):
    help = "Write docs/workflow.md, or with --check only compare it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page differs from the table")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR).joinpath("docs", "workflow.md")
        text = page()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/workflow.md differs from TRANSITIONS: run manage.py workflow_diagram.")


def page() -> str:
    """The whole page: the diagram, then the same as a table."""
    names = [f'    state "{labels.STATES[state]}" as {state}\n' for state in State]
    edges = [
        f"    {start} --> {edge.to} : {labels.ACTIONS[action]}（{_roles(edge)}）\n"
        for (start, action), edge in TRANSITIONS.items()
    ]
    ends = [f"    {state} --> [*]\n" for state in State if state in FINAL_STATES]
    rows = [
        f"| {labels.STATES[start]} | {labels.ACTIONS[action]} | {labels.STATES[edge.to]} | {_roles(edge)} | "
        f"{'是' if edge.needs_reason else ''} | {_told(edge)} |\n"
        for (start, action), edge in TRANSITIONS.items()
    ]
    return "".join([HEAD, *names, f"    [*] --> {State.DRAFT}\n", *edges, *ends, "```\n", TABLE, *rows])


def _roles(edge: Transition) -> str:
    return "、".join(name for role, name in labels.ROLES.items() if role in edge.roles)


def _told(edge: Transition) -> str:
    if edge.notifies is None:
        return ""
    return "、".join(["站内消息", *(CHANNELS[channel] for channel in edge.notifies)])
