"""The form of 提醒设置: it checks shape only."""

from collections.abc import Collection

from django import forms

from portal.notifications.labels import REMINDER_HINTS, REMINDERS
from portal.notifications.models import Delivery


class ReminderForm(forms.Form):
    """For each kind of reminder the channels it is wanted on."""

    def __init__(self, data: object = None, *, wanted: Collection[tuple[str, str]] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or nothing
        for kind, name in REMINDERS.items():
            self.fields[kind] = forms.MultipleChoiceField(
                label=name,
                help_text=REMINDER_HINTS[kind],
                choices=Delivery.Channel.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[channel for wish, channel in wanted if wish == kind],
            )

    def wanted(self) -> set[tuple[str, str]]:
        """Kinds and channels that are ticked; for a valid form only."""
        return {(kind, channel) for kind in REMINDERS for channel in self.cleaned_data[kind]}
