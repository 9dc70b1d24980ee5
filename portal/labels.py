"""Reason codes become sentences: the wording of every app, and how their parameters are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from portal.clock import SHANGHAI
from portal.errors import Reason
from portal.money import yuan

REASONS: dict[str, str] = {
    "identity.id-shape": "身份证号应为18位，前17位是数字，最后一位是数字或X。请对照证件重新填写。",
    "identity.id-check-digit": "身份证号校验不通过，可能有一位填错。请对照证件重新填写。",
    "identity.id-birth-date": "身份证号中的出生日期不存在。请对照证件重新填写。",
    "identity.phone": "手机号应为11位数字，以13至19开头。请重新填写。",
    "identity.email": "电子邮箱格式不正确，例如 name@example.com。请重新填写。",
    "identity.uscc-shape": "统一社会信用代码应为18位数字或大写字母（不含I、O、Z、S、V）。请对照执照重新填写。",
    "hall.busy": (
        "同时办理的人较多，刚才这一步没有完成。请等1分钟，返回上一页看看结果；还没有办好的，再提交一次。"
        "重复提交不会重复办理，也不会重复扣款。"
    ),
}


def merge(tables: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """One table from several, by module name. ValueError when two define the same code."""
    merged: dict[str, str] = {}
    for module, reasons in tables.items():
        if twice := merged.keys() & reasons.keys():
            raise ValueError(f"{module}.REASONS defines again: {', '.join(sorted(twice))}")
        merged |= reasons
    return merged


@cache
def all_reasons() -> dict[str, str]:
    """Every code of every installed app that has a labels module with REASONS."""
    modules = [f"{config.name}.labels" for config in apps.get_app_configs()]
    tables = {name: getattr(import_module(name), "REASONS", {}) for name in modules if find_spec(name)}
    return merge(tables)


def wording(code: str) -> str:
    """The sentence of a code, with {parameters} in it. KeyError for a code that nobody worded."""
    return all_reasons()[code]


def say(reason: Reason) -> str:
    """The sentence for the person in front of the page."""
    return wording(reason.code).format(**{name: shown(name, value) for name, value in reason.params.items()})


def shown(name: str, value: object) -> str:
    """A parameter as it is read: dates in Chinese, amounts in yuan when the name ends in _fen, else as it is."""
    if isinstance(value, datetime):
        moment = value.astimezone(SHANGHAI)
        return f"{shown(name, moment.date())} {moment:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if name.endswith("_fen") and isinstance(value, int):
        return f"{yuan(value)}元"
    return str(value)
