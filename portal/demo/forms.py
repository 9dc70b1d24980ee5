"""Shape of the day the demo is moved to."""

from datetime import date, timedelta

from django import forms

from portal.fields import day_field

FARTHEST_DAYS = 3 * 366


class DateForm(forms.Form):
    """A day after the present business day; the way back is a button of its own."""

    day = day_field("新的演示日期", missing="请选择日期。")

    def __init__(self, data: dict[str, str] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"day": today + timedelta(days=1)})
        self._today = today

    def clean_day(self) -> date:
        """Later than today, and not absurdly late."""
        day: date = self.cleaned_data["day"]
        if day <= self._today:
            raise forms.ValidationError("只能往后调。要回到今天，请用“回到真实日期”。")
        if day > self._today + timedelta(days=FARTHEST_DAYS):
            raise forms.ValidationError("一次最多往后调三年。")
        return day
