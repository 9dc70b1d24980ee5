"""What the access log is filtered by."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.audit import labels
from portal.audit.models import AccessLog
from portal.clock import SHANGHAI
from portal.fields import day_field


class AccessFilterForm(forms.Form):
    """Who, what, what for, from when to when; every box may stay empty. Accounts are named by their random handle."""

    who = forms.ChoiceField(label="操作人", required=False)
    action = forms.ChoiceField(label="动作", choices=[("", "全部"), *labels.ACTIONS.items()], required=False)
    purpose = forms.ChoiceField(label="用途", choices=[("", "全部"), *labels.PURPOSES.items()], required=False)
    since = day_field("从", required=False)
    until = day_field("到", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """`people` are (handle, name) of those whose looks may be seen."""
        super().__init__(*args, **kwargs)
        self.fields["who"] = forms.ChoiceField(label="操作人", choices=[("", "全部"), *people], required=False)

    def narrowed(self, rows: QuerySet[AccessLog]) -> QuerySet[AccessLog]:
        """The rows that were asked for; none when the question cannot be understood."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
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
