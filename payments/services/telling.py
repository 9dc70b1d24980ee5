"""Who is told about an order, in the transaction that changed it."""

from collections.abc import Sequence

from insured.models import InsuredPerson, StaffAssignment
from payments.labels import period_text
from payments.models import Bill, PaymentOrder, Refund
from portal import clock
from portal.accounts.models import User
from portal.masking import mask_name
from portal.money import yuan
from portal.notifications.models import Message
from portal.notifications.services import Recipient, tell

FINANCE_ROLES = ("supervisor", "finance")
"""Who looks at money that does not fit."""


def tell_payer(
    order: PaymentOrder, *, bills: Sequence[Bill], template: str, key: str = "", amount_fen: int | None = None
) -> None:
    """Tell who paid, and each insured person somebody else has paid for. `key` tells repeats apart.

    The amount is the order's unless another is given.
    """
    event_key = f"order:{order.number}:{template}:{key}"
    area_code = bills[0].area.code if bills else _area_code(order)
    tell(
        event_key=event_key,
        template=template,
        params={
            "number": order.number,
            "amount": yuan(order.amount_fen if amount_fen is None else amount_fen),
            "what": "、".join(map(what_of, bills)),
        },
        to=_payer(order, area_code=area_code),
        subject_number=order.number,
        url_name="payment_order",
    )
    for bill in bills:
        if bill.person is None or bill.person.user_id == order.payer_id:
            continue
        tell(
            event_key=f"{event_key}:{bill.pk}",
            template="payment_paid_for_you",
            params={"who": mask_name(order.payer.display_name), "what": what_of(bill)},
            to=Recipient(
                user=bill.person.user, phone=bill.person.phone, email=bill.person.email or None, area_code=area_code
            ),
            channels=("sms",),
        )


def tell_insured(bill: Bill, *, template: str, key: str, amount_fen: int, way: str, number: str) -> None:
    """Tell the insured person of a bill what came for it without an order; of a unit's bill nobody is told."""
    person = bill.person
    if person is None:
        return
    tell(
        event_key=f"bill:{bill.number}:{template}:{key}",
        template=template,
        params={
            "number": number,
            "amount": yuan(amount_fen),
            "left": yuan(bill.left_fen),
            "what": what_of(bill),
            "way": way,
        },
        to=Recipient(user=person.user, phone=person.phone, email=person.email or None, area_code=bill.area.code),
        subject_number=bill.number,
        url_name="bill",
    )


def tell_holder(person: InsuredPerson, *, template: str, key: str, **params: str) -> None:
    """Tell somebody about their own bank account, mandate or debit, once for a key."""
    user = person.user
    tell(
        event_key=f"{template}:{key}",
        template=template,
        params=params,
        to=Recipient(
            user=user,
            phone=(user.phone if user else "") or person.phone or None,
            email=(user.email if user else "") or person.email or None,
            area_code=person.area.code,
        ),
        url_name="bank_debit",
    )


def tell_refund(refund: Refund, *, template: str) -> None:
    """Tell whoever gets the money how far it is: the payer of an order, else the person who had paid."""
    area_code = refund.area.code if refund.area else ""
    to = None
    if refund.order is not None:
        to = _payer(refund.order, area_code=area_code)
    elif (person := refund.record.person if refund.record else refund.bill.person if refund.bill else None) is not None:
        to = Recipient(user=person.user, phone=person.phone, email=person.email or None, area_code=area_code)
    if to is None:
        return
    number = refund.order.number if refund.order is not None else refund.number
    tell(
        event_key=f"refund:{refund.number}:{template}:{refund.version}",
        template=template,
        params={
            "number": refund.basis or number,
            "is_applied_for": int(bool(refund.basis)),
            "amount": yuan(refund.amount_fen),
            "to_account": int(refund.by_account),
            "to_personal": int(refund.to_personal),
        },
        to=to,
        subject_number=refund.basis or number,
        url_name="application" if refund.basis else "payment_order" if refund.order is not None else "contributions",
    )


def tell_account(user: User, *, template: str, key: str) -> None:
    """Tell the owner of an account about its 支付密码."""
    tell(
        event_key=f"{template}:{user.pk}:{key}",
        template=template,
        params={},
        to=Recipient(user=user, phone=user.phone or None, email=user.email or None, area_code=""),
        url_name="payment_password",
    )


def alarm(order: PaymentOrder, *, template: str, key: str = "") -> None:
    """Tell the supervisors of the area, once, about money that does not fit; call under the order's lock."""
    event_key = f"order:{order.number}:{template}:{key}"
    if Message.objects.filter(dedupe_key__startswith=f"{event_key}:").exists():
        return
    area = Bill.objects.filter(order_lines__order=order).values("area")[:1]
    rows = StaffAssignment.objects.valid_on(clock.today()).filter(area=area, role__in=FINANCE_ROLES)
    for row in rows.select_related("user", "area"):
        tell(
            event_key=f"{event_key}:{row.pk}",
            template=template,
            params={"number": order.number, "amount": yuan(order.amount_fen), "way": order.get_gateway_display()},
            to=Recipient(user=row.user, phone=None, email=None, area_code=row.area.code),
            channels=(),
        )


def alarm_bill(bill: Bill, *, template: str, amount_fen: int) -> None:
    """The same about money that came for a bill without an order; call under the bill's lock."""
    rows = StaffAssignment.objects.valid_on(clock.today()).filter(area=bill.area_id, role__in=FINANCE_ROLES)
    for row in rows.select_related("user", "area"):
        tell(
            event_key=f"bill:{bill.number}:{template}:{row.pk}",
            template=template,
            params={"number": bill.number, "amount": yuan(amount_fen), "what": what_of(bill)},
            to=Recipient(user=row.user, phone=None, email=None, area_code=row.area.code),
            channels=(),
        )


def _payer(order: PaymentOrder, *, area_code: str) -> Recipient:
    """Where the account says, or else where the register says."""
    payer = order.payer
    person: InsuredPerson | None = getattr(payer, "person", None)
    phone = payer.phone or (person and person.phone)
    return Recipient(user=payer, phone=phone or None, email=payer.email or None, area_code=area_code)


def what_of(bill: Bill) -> str:
    """The period and the scheme of a bill."""
    return f"{period_text(first=bill.period_starts_on, last=bill.period_ends_on)}{bill.get_scheme_display()}"


def _area_code(order: PaymentOrder) -> str:
    found = Bill.objects.filter(order_lines__order=order).values_list("area__code", flat=True).first()
    return found or ""
