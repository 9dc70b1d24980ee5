"""What the access log is filtered by."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from portal.audit import labels
from portal.audit.adapters import looked_at_as
from portal.audit.models import AccessLog
from portal.clock import SHANGHAI
from portal.fields import day_field


class AccessFilterForm(forms.Form):
    """Who, what, what for, from when to when; every box may stay empty. Accounts are named by their random handle.

    `person` is the 人员编号 that the other form found: an ID number never stands in an address.
    """

    person = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    who = forms.ChoiceField(label="操作人", required=False)
    action = forms.ChoiceField(label="动作", choices=[("", "全部"), *labels.ACTIONS.items()], required=False)
    purpose = forms.ChoiceField(label="用途", choices=[("", "全部"), *labels.PURPOSES.items()], required=False)
    since = day_field("从", required=False)
    until = day_field("到", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """`people` are (handle, name) of those whose looks may be seen."""
        super().__init__(*args, **kwargs)
        self.fields["who"] = forms.ChoiceField(label="操作人", choices=[("", "全部"), *people], required=False)

    def narrowed(self, rows: QuerySet[AccessLog], *, by: AbstractBaseUser | AnonymousUser) -> QuerySet[AccessLog]:
        """The rows that were asked for; none when the question cannot be understood."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["person"]:
            rows = rows.filter(_of_person(asked["person"].replace("\0", ""), by=by))
        if asked["who"]:
            rows = rows.filter(user__handle=asked["who"])
        if asked["action"]:
            rows = rows.filter(action=asked["action"])
        if asked["purpose"]:
            rows = rows.filter(purpose=asked["purpose"])
        if asked["since"]:
            rows = rows.filter(at__gte=datetime.combine(asked["since"], time.min, SHANGHAI))
        if asked["until"]:
            rows = rows.filter(at__lt=datetime.combine(asked["until"] + timedelta(days=1), time.min, SHANGHAI))
        return rows


def _of_person(number: str, *, by: AbstractBaseUser | AnonymousUser) -> Q:
    """Rows that name this person or something of theirs; the keys stand in the query, so that the index is used."""
    known = Q(pk__in=[])
    for kind, keys in looked_at_as(number, by=by):
        if keys:
            known |= Q(subject_kind=kind, subject_id__in=keys)
    return known


class WhoseForm(forms.Form):
    """Whose data were looked at; what was typed goes by POST."""

    typed = forms.CharField(
        label="被查看的人",
        max_length=60,
        help_text="完整身份证号、人员编号、受理编号，或证件号后四位加姓名。",
        error_messages={"required": "请填写要查的人。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LogExportForm(forms.Form):
    """What the file is for; it is logged itself."""

    purpose = forms.ChoiceField(
        label="导出用途",
        choices=[("", "请选择"), *labels.PURPOSES.items()],
        error_messages={"required": "请选择导出用途。"},
    )
    reason = forms.CharField(
        label="用途说明", max_length=100, error_messages={"required": "请写明导出给谁、做什么用。"}
    )
