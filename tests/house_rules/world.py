"""A small hall with somebody in every situation, and a browser for each of the people who may come to an address."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from insured.models import InsuredPerson
from payments.models import OfflinePayment, PaymentOrder, Refund
from portal.accounts.models import User
from portal.help.models import Consultation, Feedback
from portal.notifications.models import Delivery, Message
from suspension.models import Application, Attachment
from suspension.services import materials, stop
from tests import factories
from tests.help import rows as help_rows
from tests.house_rules.addresses import Address
from tests.payments import paying
from tests.suspension import cases


@dataclass(frozen=True)
class World:
    """The people by situation, and who works where."""

    people: dict[str, InsuredPerson]
    staff: dict[str, User]
    agent: User

    def number(self, situation: str = "under_review") -> str:
        """受理编号 of somebody's case; a shape that fits and belongs to nobody when there is none."""
        mine = Application.objects.filter(person=self.people[situation], number__isnull=False)
        return mine.values_list("number", flat=True).first() or "YB20260310ZZZZZZ0"

    def help_number(self, address: Address, *, situation: str) -> str:
        """咨询编号 or 反馈编号 where the address is about one; nothing elsewhere."""
        if "consultation" in address.name:
            mine = Consultation.objects.filter(user=self.people[situation].user_id)
            return mine.values_list("number", flat=True).first() or "ZX20260310ZZZZZZ0"
        if "feedback" in address.name:
            return Feedback.objects.values_list("number", flat=True).first() or ""
        return ""

    def order_number(self, address: Address, *, situation: str) -> str:
        """订单号 where the address is about one; nothing elsewhere."""
        if not address.name.startswith("payment_"):
            return ""
        mine = PaymentOrder.objects.filter(payer=self.people[situation].user_id)
        return mine.values_list("number", flat=True).first() or "DD20260310ZZZZZZ0"

    def refund_number(self, address: Address) -> str:
        """The number of the refund, where the address is about one; nothing elsewhere."""
        if not address.name.startswith("admin:payments_refund_"):
            return ""
        return Refund.objects.values_list("number", flat=True).first() or "TK20260310ZZZZZZ0"

    def owner_number(self, address: Address, *, situation: str) -> str:
        """The number of a receipt, or of the person a receipt is entered for; nothing elsewhere."""
        if not address.name.startswith("admin:payments_offlinepayment_"):
            return ""
        if address.name.endswith(("_person", "_unit")):
            return self.people[situation].number
        return OfflinePayment.objects.values_list("number", flat=True).first() or "SK20260310ZZZZZZ0"

    def values(self, address: Address, *, situation: str = "under_review") -> Mapping[str, object]:
        """What fills the parameters of an address: ids that belong to the person in this situation."""
        person = self.people[situation]
        message = Message.objects.filter(recipient=person.user_id).first()
        file = Attachment.objects.kept().filter(application__person=person).first()
        public_id = message and message.public_id if "message" in address.name else file and file.public_id
        return {
            "code": CODES.get(address.name, "bank-debit"),
            "number": self.help_number(address, situation=situation)
            or self.order_number(address, situation=situation)
            or self.owner_number(address, situation=situation)
            or self.refund_number(address)
            or self.number(situation),
            "gateway": "alipay",
            "day": paying.DAY.isoformat(),
            "slug": "stop",
            "kind": "resident",
            "action": "take",
            "public_id": public_id or secrets.token_hex(16),
            "page": 1,
            "pk": 1,
            "url": "nowhere",
            "app_label": "suspension",
            "content_type_id": ContentType.objects.get_for_model(Application).pk,
            "object_id": _row(address, number=self.number(situation)),
        }


def _row(address: Address, *, number: str) -> object:
    """The key of a row of the model that an admin address is about; the case and its deliveries where it is they."""
    parts = address.name.removeprefix("admin:").split("_")
    names = {model._meta.model_name: model for model in apps.get_models()}
    model = next((names[part] for part in parts if part in names), Application)
    if model is Delivery:
        return Delivery.objects.filter(subject_number=number).values_list("pk", flat=True).first() or 0
    if model is Application:
        return Application.objects.filter(number=number).values_list("pk", flat=True).first() or 0
    return model._default_manager.values_list("pk", flat=True).first() or 0


CODES = {"zone": "social-insurance", "region": "119901", "admin:payments_offlinepayment_nobody": "119901"}
"""Codes in addresses that are not of the directory's unbuilt items."""


def png() -> SimpleUploadedFile:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", (8, 8), "white").save(data, "PNG")
    return SimpleUploadedFile("id.png", data.getvalue(), content_type="image/png")


def with_file(person: InsuredPerson) -> None:
    """A draft of the person with one picture that can be looked at."""
    account = factories.account_of(person)
    draft = stop.save_draft(cases.stop_request(), enrollment_id=person.enrollments.get().pk, by=account)
    materials.attach(materials.read_upload(png()), slot="id-card", application_id=draft.pk)
    materials.render_pending()


def build() -> World:
    """Everybody: a draft, a waiting, a taken, a returned, a rejected, a withdrawn and a completed case, and more."""
    area = factories.area()
    elsewhere = factories.area(code="119902", name="邻市")
    staff = {
        "caseworker": factories.staff(area=area),
        "caseworker_elsewhere": factories.staff(area=elsewhere),
        "reviewer": factories.staff(area=area, role="reviewer"),
        **{role: factories.staff(area=area, role=role) for role in ("supervisor", "finance", "auditor")},
        "administrator": factories.staff(area=area, role="administrator"),
    }
    by = staff["caseworker"]
    resident_cases = (
        "draft",
        "submitted",
        "under_review",
        "returned",
        "rejected",
        "withdrawn",
        "completed",
        "stranger",
    )
    people = {name: factories.resident(area=area) for name in resident_cases}
    people |= {
        "flexible": factories.flexible(area=area),
        "employee": factories.employee(of=factories.employer(area=area)),
        "nobody_covered": factories.person(area=area, user=factories.user()),
    }
    for name in ("draft", "submitted", "under_review", "returned", "rejected", "withdrawn", "completed"):
        with_file(people[name])
    cases.filed(people["submitted"])
    withdrawn = cases.filed(people["withdrawn"])
    stop.withdraw(
        number=withdrawn.number or "", version=withdrawn.version, by=factories.account_of(people["withdrawn"])
    )
    taken = {
        name: cases.taken(cases.filed(people[name]), by=by)
        for name in ("under_review", "returned", "rejected", "completed")
    }
    cases.decided(taken["returned"], by=by, action="return", fields=("note", "material"), text="请补充说明。")
    cases.decided(taken["rejected"], by=by, action="reject", code="other", text="材料不符。")
    paying.build(people)  # before the stop: whoever has stopped owes nothing
    cases.decided(taken["completed"], by=by)
    help_rows.build(asked_by=factories.account_of(people["under_review"]), answered_by=by)
    return World(people=people, staff=staff, agent=factories.agent(area=area))


def clients(world: World) -> dict[str, Client]:
    """A browser for each kind of person; `resident` is whom the ids in the addresses belong to."""
    staff = {name: factories.client_of(user) for name, user in world.staff.items()}
    plain = Client()
    plain.force_login(world.staff["caseworker"])
    return {
        "anonymous": Client(),
        "resident": factories.client_of(factories.account_of(world.people["under_review"])),
        "stranger": factories.client_of(factories.account_of(world.people["stranger"])),
        "agent": factories.client_of(world.agent),
        "no_factor": plain,
        **staff,
    }
