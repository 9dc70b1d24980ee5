"""Every main page: no barrier that axe knows, nothing written to the console, no scrolling sideways on a phone."""

import re
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.hall import Visitor

pytestmark = pytest.mark.browser
PUBLIC = (
    "/",
    "/services/",
    "/services/?audience=unit",
    "/services/reimbursement/",
    "/search/?q=停保",
    "/search/?q=没有这样的事项",
    "/help/",
    "/help/guides/stop/",
    "/help/guides/unit-reduction/",
    "/help/faq/",
    "/help/glossary/",
    "/help/notices/",
    "/help/policies/",
    "/help/news/",
    "/help/notices/beware-of-phishing/",
    "/help/hotline/",
    "/help/agencies/",
    "/help/accessibility/",
    "/help/privacy/",
    "/help/renewal-rules/",
    "/help/waiting-rules/",
    "/help/waiting-rules/?area=119902",
    "/help/phishing/",
    "/help/feedback/",
    "/zones/social-insurance/",
    "/regions/",
    "/regions/119901/",
    "/regions/henan/",
    "/progress/",
    "/channels/",
    "/payment-management/",
    "/standards/",
    "/standards/?area=119902",
    "/account-settings/",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/login/alipay/",
    "/accounts/terms/",
    "/accounts/signup/",
    "/accounts/signup/without-id/",
    "/accounts/password-reset/",
    "/accounts/password-reset/counter/",
    "/demo/",
)
RESIDENT = (
    "/me/",
    "/me/insurance/",
    "/me/information/",
    "/me/card/",
    "/me/card/bind/",
    "/me/account/",
    "/me/contributions/",
    "/me/vouchers/",
    "/me/arrears/",
    "/me/bank-account/",
    "/me/bank-debit/",
    "/me/payment-password/",
    "/me/personal-account/",
    "/me/family-sharing/",
    "/pay/",
    "/pay/orders/",
    "/me/certificate/",
    "/me/benefits/",
    "/me/retirement/",
    "/me/applications/",
    "/me/messages/",
    "/me/reminders/",
    "/instalments/",
    "/deferral/",
    "/unit/",
    "/stop/",
    "/stop/form/",
    "/refund/",
    "/resume/",
    "/transfer/",
    "/duplicate/",
    "/resident-enrolment/",
    "/flexible-enrolment/",
    "/help/consult/",
    "/help/subscription/",
    "/payment-management/",
    "/account-settings/",
    "/accounts/security/",
    "/accounts/security/real-name/",
    "/accounts/security/password/",
    "/accounts/security/phone/",
    "/accounts/security/email/",
)
STAFF = (
    "/admin/",
    "/admin/suspension/application/",
    "/admin/suspension/application/?queue=all",
    "/admin/suspension/application/absence/",
    "/admin/suspension/application/transfers/",
    "/admin/suspension/application/duplicates/",
    "/admin/suspension/application/real-names/",
    "/admin/suspension/application/walk-in/",
    "/admin/payments/contributionrecord/",
    "/admin/notifications/delivery/",
    "/admin/notifications/delivery/templates/",
    "/admin/suspension/cannedtext/",
    "/admin/help/consultation/",
    "/admin/help/feedback/",
    "/admin/help/guide/",
    "/health/",
    "/demo/date/",
    "/me/",
    "/accounts/second-factor/",
    "/accounts/counter-reset/",
)
SUPERVISOR = (
    "/admin/",
    "/admin/suspension/application/supervision/",
    "/admin/suspension/application/absences/",
    "/admin/suspension/cannedtext/",
    "/admin/suspension/cannedtext/add/",
    "/admin/insured/ruledraft/",
    "/admin/payments/contributionrecord/",
    "/admin/payments/reminderrun/",
)
ADMINISTRATOR = (
    "/admin/",
    "/admin/insured/staffassignment/",
    "/admin/insured/staffassignment/give/",
    "/admin/insured/ruledraft/",
    "/admin/insured/ruledraft/area/119901/",
    "/admin/insured/ruledraft/holiday/",
    "/admin/insured/ruledraft/of/resident/119901/",
    "/admin/insured/ruledraft/of/employee/119901/",
    "/admin/insured/ruledraft/of/stop-item/119901/",
    "/admin/insured/areapolicy/",
)
FINANCE = (
    "/admin/",
    "/admin/payments/billfile/",
    "/admin/payments/refund/late/",
    "/admin/payments/proposal/",
    "/admin/payments/proposal/undeclared/",
    "/admin/payments/proposal/deemed/",
    "/admin/payments/proposal/deemed/new/",
    "/admin/payments/proposal/funding/",
    "/admin/payments/proposal/funding/category/",
    "/admin/payments/proposal/funding/recognition/",
    "/admin/payments/assessmentrun/",
    "/admin/payments/closing/",
)
AUDITOR = ("/admin/", "/admin/audit/accesslog/", "/admin/audit/auditcheck/", "/admin/insured/staffassignment/")


AGENT = ("/unit/", "/unit/add/")


def first_link(visitor: Visitor, *, page: str, name: str) -> list[str]:
    """The address behind the first link of a page whose name holds these words."""
    visitor.page.goto(page)
    address = visitor.page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.get_attribute("href")
    return [address] if address else []


def addresses(who: str, visitor: Visitor) -> Iterator[str]:
    if who == "苏文岚":
        yield from RESIDENT
    elif who == "罗景行":
        yield from first_link(visitor, page="/me/applications/", name="受理编号")
        yield from first_link(visitor, page="/me/messages/", name="停缴")
    elif who == "许知行":
        yield from STAFF
        yield from first_link(visitor, page="/admin/suspension/application/?queue=all", name="^YB")
    elif who == "江映霜":
        yield from SUPERVISOR
        yield from first_link(visitor, page="/admin/notifications/delivery/", name="停缴")
    elif who == "钟以和":
        yield from AGENT
    elif who == "叶怀安":
        yield from ADMINISTRATOR
        yield from first_link(visitor, page="/admin/insured/staffassignment/", name="^终止")
    elif who == "苗以宁":
        yield from FINANCE
    elif who == "宋清樾":
        yield from AUDITOR
    else:
        yield from PUBLIC


@pytest.mark.parametrize("who", ["", "苏文岚", "罗景行", "许知行", "江映霜", "叶怀安", "苗以宁", "宋清樾", "钟以和"])
def test_the_pages_are_fit_for_everybody(who: str, visit: Visit) -> None:
    visitor = visit(who)
    found = [address for address in addresses(who, visitor) if address]

    for address in found:
        answer = visitor.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        visitor.check_page(is_narrow=False)
        visitor.check_width()
    visitor.turn_elder_mode_on()
    for address in found:
        visitor.page.goto(address)
        visitor.check_page(is_narrow=True)

    assert visitor.complaints == []
