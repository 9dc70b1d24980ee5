"""The form in which an administrator drafts what an item asks for: its reasons, if it has any, and its materials."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms

from insured.services.drafts import NewDraft
from portal.fields import day_field, ground_field
from suspension import labels
from suspension.services.offers import HINT, OF_DRAFTS, REASON, USE

WORDING_LIMIT, HINT_LIMIT = 30, 100


class ItemDraftForm(forms.Form):
    """Every reason with its wording, every material with its use and hint."""

    effective_from = day_field("生效日期", help_text="最早明天。从这一天起提交的申请按新的要求，以前提交的不变。")
    ground = ground_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *, kind: str, now: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(now))
        self.kind = kind
        self.names = OF_DRAFTS[kind].names
        for code in OF_DRAFTS[kind].reasons:
            hint = "申请表上显示的文字；不填就不提供这个原因。"
            self._add(REASON + code, forms.CharField(required=False, max_length=WORDING_LIMIT, help_text=hint))
        for slot in OF_DRAFTS[kind].slots:
            use = forms.ChoiceField(choices=list(labels.SLOT_USES.items()), help_text=labels.SLOT_NOTES.get(slot, ""))
            self._add(USE + slot, use)
            self._add(HINT + slot, forms.CharField(required=False, max_length=HINT_LIMIT))

    def _add(self, name: str, field: forms.Field) -> None:
        field.label = self.names[name]
        self.fields[name] = field

    def request(self, *, area_id: int) -> NewDraft:
        """The cleaned form."""
        typed = self.cleaned_data
        values = {name: typed[name].strip() for name in self.names}
        day, ground = typed["effective_from"], typed["ground"]
        return NewDraft(kind=self.kind, area_id=area_id, effective_from=day, values=values, ground=ground)


STOP_FORM = partial(ItemDraftForm, kind="stop-item")
RESUME_FORM = partial(ItemDraftForm, kind="resume-item")
RESIDENT_FORM = partial(ItemDraftForm, kind="resident-item")
FLEXIBLE_FORM = partial(ItemDraftForm, kind="flexible-item")
REFUND_FORM = partial(ItemDraftForm, kind="refund-item")
