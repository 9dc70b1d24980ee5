"""转移接续: which records, the place outside the hall, and the contact."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal import labels as wording
from portal.errors import BusinessRuleError
from portal.identity import normalize_phone
from suspension.forms.applying import choice
from suspension.policy.transfer import Way
from suspension.services.transfer import Offer, TransferRequest


def offer_label(offer: Offer) -> str:
    """Both sides of a transfer in words."""
    source = f"{offer.source.area.name}（{offer.source.get_scheme_display()}）" if offer.source else "外地"
    nowhere = "本地" if offer.way is Way.IN else "外地"
    target = f"{offer.target.area.name}（{offer.target.get_scheme_display()}）" if offer.target else nowhere
    return f"从{source}转到{target}"


class TransferForm(forms.Form):
    """转移接续申请表."""

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
    contact_phone = forms.CharField(
        label="联系电话",
        max_length=20,
        help_text="每一步办完会发短信到这个号码。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": "请填写能接到短信的手机号。"},
    )
    contact_email = forms.EmailField(
        label="电子邮箱",
        required=False,
        help_text="填写后，每一步的结果也会发到邮箱。",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label="补充说明",
        required=False,
        max_length=200,
        help_text="例如：在外地的参保时间、原单位。最多200字。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {one.code: one for one in offers if not one.reasons}
        choices = [(code, offer_label(one)) for code, one in self.offers.items()]
        choice(self.fields["way"], choices, error="这种转法现在不能办理，请重新选择。")

    @property
    def offer(self) -> Offer:
        """What was chosen."""
        return self.offers[self.cleaned_data["way"]]

    def clean_contact_phone(self) -> str:
        """The eleven digits."""
        try:
            return normalize_phone(self.cleaned_data["contact_phone"])
        except BusinessRuleError as error:
            raise forms.ValidationError([wording.say(reason) for reason in error.reasons]) from error

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

    def request(self) -> TransferRequest:
        """The cleaned form."""
        given, offer = self.cleaned_data, self.offer
        return TransferRequest(
            transfer_from_id=offer.source.pk if offer.source else None,
            transfer_source=given["place"] if offer.way is Way.IN else "",
            transfer_target=given["place"] if offer.way is Way.OUT else "",
            contact_phone=given["contact_phone"],
            contact_email=given["contact_email"],
            note=given["note"],
        )
