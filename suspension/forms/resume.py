"""恢复参保 and 参保登记: what the planner reckons with, and 个人医保续保申请表."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from portal import labels as wording
from portal.fields import day_field
from portal.money import yuan
from suspension import labels
from suspension.forms.applying import (
    ApplicationForm,
    choice,
    contact_phone_field,
    credential_field,
    materials_field,
    note_field,
)
from suspension.policy.planner import Option, Wish, years_on
from suspension.services.comeback import ResumeCase
from suspension.services.resume import ResumeRequest

PLAN_DAYS = 500
"""So far ahead a payment day can be tried out: beyond the next collection window."""
WAY_NAMES = ("coverage_year", "repair_years", "pays_gap")


def way_code(found: Option) -> str:
    """ "2027-1": the coverage year with the repaired years; "gap-1": the missing months are paid, too."""
    if found.back.scheme == "390":
        return f"{found.back.coverage_year}-{found.back.repaired_years}"
    return f"gap-{int(found.wish.pays_gap)}"


def way_label(found: Option) -> str:
    """The way with its price and its first day."""
    name = labels.COMEBACKS[found.code]
    if found.back.is_paid_already:
        year = f"{found.back.coverage_year}年度，" if found.back.coverage_year else ""
        return f"{year}{name}：今天审核通过的话，{wording.shown('', found.back.begins_on)}起能报销"
    if found.back.scheme == "390":
        repaired = f"补缴断保{found.back.repaired_years}年" if found.back.repaired_years else "不补缴"
        name = f"{found.back.coverage_year}年度，{repaired}"
    price = "金额待公布" if found.amount_fen is None else f"缴{yuan(found.amount_fen)}元"
    return f"{name}：{price}，今天缴费的话，{wording.shown('', found.back.begins_on)}起能报销"


def ways_open(case: ResumeCase) -> tuple[Option, ...]:
    """Everything that can be chosen today, the best year first."""
    today = case.today
    years = sorted(years_on(today, rules=case.rules), key=lambda year: year != case.best_year)
    wishes = [Wish(scheme=case.scheme, paid_on=today, coverage_year=year) for year in years]
    if case.scheme == "310":
        wishes = wishes[:1]
    found = [one for wish in wishes for one in case.options(wish)]
    return tuple(one for one in found if not one.back.is_refused and one.back.begins_on is not None)


class PlannerForm(forms.Form):
    """What the planner reckons with; it is sent by GET and changes nothing."""

    pay_on = day_field("打算哪一天缴费", missing="请选择缴费的日子。")
    coverage_year = forms.TypedChoiceField(
        label="参保年度",
        coerce=int,
        error_messages={"invalid_choice": "这一天还不能缴这个年度的费，请改选年度或缴费日。"},
    )
    repair_years = forms.TypedChoiceField(
        label="补缴断保年度",
        coerce=int,
        help_text="断保的年度可以自愿补缴，每补1年少等1个月；没有用的补缴不会收费。",
        error_messages={"invalid_choice": "请从列表中选择补缴的年数。"},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, case: ResumeCase, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.case = case
        this = case.today.year
        choice(self.fields["coverage_year"], [(year, f"{year}年度") for year in (this, this + 1, this + 2)], error="")
        choice(self.fields["repair_years"], [(n, f"补缴{n}年" if n else "不补缴") for n in range(7)], error="")
        if case.scheme == "310":
            del self.fields["coverage_year"], self.fields["repair_years"]

    def clean_pay_on(self) -> date:
        """A day from today on, not further than the next window."""
        day: date = self.cleaned_data["pay_on"]
        if not self.case.today <= day <= self.case.today + timedelta(days=PLAN_DAYS):
            raise forms.ValidationError("请选择今天以后、一年半以内的日子。")
        return day

    def wish(self) -> Wish:
        """What was chosen."""
        given = self.cleaned_data
        return Wish(
            scheme=self.case.scheme,
            paid_on=given["pay_on"],
            coverage_year=given.get("coverage_year") or self.case.best_year,
            repair_years=given.get("repair_years") or 0,
        )


class ResumeForm(ApplicationForm):
    """个人医保续保申请表: the way to come back, contact and documents."""

    opens = {"coverage_year": ("way",)}

    way = forms.ChoiceField(
        label="怎么缴费",
        widget=forms.RadioSelect,
        help_text="审核通过后按这里选的方式开账单。日期按今天缴费算，晚缴的以缴费那天为准。",
        error_messages={"required": "请选择一种缴费方式。"},
    )
    contact_phone = contact_phone_field("审核结果和缴费提醒会发短信到这个号码。")
    note = note_field("例如：在外地参保的时间。最多200字。")
    uses_credential = credential_field("身份证和医保卡")
    file_id_card = materials_field("id-card")
    file_id_card_back = materials_field("id-card-back")
    file_medical_card = materials_field("medical-card")
    file_social_card = materials_field("social-card")
    file_household = materials_field("household")
    file_payment_proof = materials_field("payment-proof")
    file_wage_slips = materials_field("wage-slips")
    file_form = materials_field("form")
    file_other = materials_field("other")

    field_order = ("way",)

    def __init__(self, *args: Any, case: ResumeCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way_code(one), way_label(one)) for one in ways_open(case)]
        choice(self.fields["way"], ways, error="请从列表中选择一种缴费方式。")
        self.ask_for(case.offer)
        self.leave_gaps()

    def request(self, *, base: ResumeRequest | None = None) -> ResumeRequest:
        """The cleaned form; a field that was not open keeps the value of `base`."""
        way = self.cleaned_data.get("way", "")
        kept = {name: getattr(base, name) for name in WAY_NAMES} if base else NO_WAY
        return ResumeRequest(
            **(way_of(way) if way else kept),
            **{
                name: self.cleaned_data.get(name, getattr(base, name, ""))
                for name in ("contact_phone", "contact_email", "note")
            },
            uses_credential=bool(self.cleaned_data.get("uses_credential", getattr(base, "uses_credential", False))),
        )


NO_WAY: dict[str, Any] = {"coverage_year": None, "repair_years": 0, "pays_gap": True}
"""Nothing chosen yet."""


def way_of(code: str) -> dict[str, Any]:
    """The fields that a choice stands for."""
    first, _, second = code.partition("-")
    if first == "gap":
        return NO_WAY | {"pays_gap": second == "1"}
    return NO_WAY | {"coverage_year": int(first), "repair_years": int(second)}


def initial_of(request: ResumeRequest, *, scheme: str) -> dict[str, Any]:
    """What was asked for, as the form shows it."""
    way = f"gap-{int(request.pays_gap)}" if scheme == "310" else f"{request.coverage_year}-{request.repair_years}"
    return {
        "way": way,
        "contact_phone": request.contact_phone,
        "contact_email": request.contact_email,
        "note": request.note,
        "uses_credential": request.uses_credential,
    }
