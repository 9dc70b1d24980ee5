"""转移接续: which records, the place outside the hall, and the contact."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.errors import Reason
from suspension.forms.applying import ApplicationForm, choice, contact_phone_field, note_field
from suspension.policy.transfer import Way
from suspension.services.transfer import Offer, TransferRequest

WAY_NAMES = ("transfer_from_id", "transfer_source", "transfer_target")


def offer_label(offer: Offer) -> str:
    """Both sides of a transfer in words."""
    source = f"{offer.source.area.name}（{offer.source.get_scheme_display()}）" if offer.source else "外地"
    nowhere = "本地" if offer.way is Way.IN else "外地"
    target = f"{offer.target.area.name}（{offer.target.get_scheme_display()}）" if offer.target else nowhere
    return f"从{source}转到{target}"


class TransferForm(ApplicationForm):
    """转移接续申请表: from where to where, and the contact. It asks for no papers."""

    way = forms.ChoiceField(
        label="怎么转",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择从哪里转到哪里。"},
    )
    place = forms.CharField(
        label="外地的参保地",
        required=False,
        max_length=100,
        help_text="选了“外地”才填，写到县（市、区），例如：江苏省苏州市昆山市。",
    )
    contact_phone = contact_phone_field("每一步办完会发短信到这个号码。")
    note = note_field("例如：在外地的参保时间、原单位。最多200字。")

    field_order = ("way", "place")
    opens = {"transfer_way": ("way", "place")}

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["uses_credential"]
        refused = {reason.code: reason for one in offers for reason in one.reasons}
        self.refused = tuple(refused.values())
        self.offers = {one.code: one for one in offers if not one.reasons}
        choices = [(code, offer_label(one)) for code, one in self.offers.items()]
        choice(self.fields["way"], choices, error="这种转法现在不能办理，请重新选择。")

    @property
    def closed(self) -> tuple[Reason, ...]:
        """Why no way can be chosen; empty when one can."""
        return () if self.offers else self.refused

    @property
    def offer(self) -> Offer:
        """What was chosen."""
        return self.offers[self.cleaned_data["way"]]

    def clean(self) -> dict[str, Any]:
        """A place outside is asked for where one side lies there, and forgotten where none does."""
        given = super().clean() or {}
        offer = self.offers.get(given.get("way", ""))
        if offer is not None and offer.way is Way.BETWEEN:
            given["place"] = ""
        elif offer is not None and not given.get("place", "").strip():
            which = "转入" if offer.way is Way.OUT else "转出"
            self.add_error("place", f"请填写外地的{which}地，写到县（市、区）。")
        return given

    def request(self, *, base: TransferRequest | None = None) -> TransferRequest:
        """The cleaned form; a field that was not open keeps the value of `base`."""
        given = self.cleaned_data
        return TransferRequest(
            **(self._asked() if "way" in given else {name: getattr(base, name) for name in WAY_NAMES}),
            **{name: given.get(name, getattr(base, name, "")) for name in ("contact_phone", "contact_email", "note")},
        )

    def _asked(self) -> dict[str, Any]:
        given, offer = self.cleaned_data, self.offer
        return {
            "transfer_from_id": offer.source.pk if offer.source else None,
            "transfer_source": given["place"] if offer.way is Way.IN else "",
            "transfer_target": given["place"] if offer.way is Way.OUT else "",
        }


def initial_of(request: TransferRequest, *, offers: Sequence[Offer], about_id: int) -> dict[str, Any]:
    """What was asked for about that record, as the form shows it; no way where it is not possible now."""
    asked = (request.transfer_from_id, about_id)
    mine = (one.code for one in offers if not one.reasons and _sides_of(one) == asked)
    return {
        "way": next(mine, ""),
        "place": request.transfer_source or request.transfer_target,
        "contact_phone": request.contact_phone,
        "contact_email": request.contact_email,
        "note": request.note,
    }


def _sides_of(offer: Offer) -> tuple[int | None, int | None]:
    return offer.source.pk if offer.source else None, offer.about.pk if offer.about else None
