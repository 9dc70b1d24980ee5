"""The page on which a returned refund or transfer is corrected, and what the desk then sees of it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from insured.models import Enrollment, InsuredPerson, PoolingArea
from portal.accounts.models import User
from suspension.models import Application
from suspension.policy.transitions import State
from suspension.services import materials
from tests import factories
from tests.suspension import asking_back, cases, files, transferring
from tests.suspension.pages import hidden

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with time_machine.travel("2025-12-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def yuan(area: PoolingArea) -> InsuredPerson:
    return asking_back.employed_since(area=area)


@pytest.fixture
def browser(yuan: InsuredPerson) -> Client:
    return factories.client_of(factories.account_of(yuan))


def returned(found: Application, *fields: str, by: User) -> Application:
    taken = cases.taken(found, by=by)
    return cases.decided(taken, by=by, action="return", fields=fields, text="银行卡看不清卡号，请重拍。")


def send(browser: Client, found: Application, **typed: object) -> str:
    """The page as it was shown, sent with what was typed; where it leads to, or the page again."""
    address = f"/applications/{found.number}/correct/"
    shown = browser.get(address).content.decode()
    kept = {name: hidden(shown, name) for name in ("token", "version")}
    answer = browser.post(address, kept | typed)
    return answer.headers.get("Location", "") or answer.content.decode()


def review(found: Application, *, by: User) -> str:
    return factories.client_of(by).get(f"/admin/suspension/application/{found.number}/review/").content.decode()


class TestRefund:
    def test_is_asked_for_by_name_at_the_desk(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = cases.taken(asking_back.filed(yuan), by=caseworker)
        page = review(found, by=caseworker)

        for name in ("refund_cause", "refund_account", "contact_phone", "material"):
            assert f'name="fields_to_correct" value="{name}"' in page
        for name in ("stop_month", "coverage_year", "transfer_way"):
            assert f'value="{name}"' not in page
        assert 'value="return"' in page

    def test_says_what_to_correct_and_until_when(self, yuan: InsuredPerson, browser: Client, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "refund_account", by=caseworker)

        pages = [browser.get(f"/applications/{found.number}/{more}").content.decode() for more in ("", "correct/")]

        for page in pages:
            assert "需要改的：收款账户" in page
            assert "2026年1月6日 前重新提交" in page
            assert "银行卡看不清卡号，请重拍。" in page
        assert "仍按 2025年12月15日 提交那天的情况核对" in pages[0]

    def test_shows_only_what_was_named_and_as_it_was_filled_in(
        self, yuan: InsuredPerson, browser: Client, caseworker: User
    ) -> None:
        found = returned(asking_back.filed(yuan), "refund_account", by=caseworker)

        form = browser.get(f"/applications/{found.number}/correct/").context["form"]

        assert list(form.fields) == ["holder", "bank", "account", "file_bank_card", "removed"]
        assert form["account"].value() == asking_back.ACCOUNT

    def test_a_new_card_replaces_the_old_one_and_the_desk_sees_the_difference(
        self, yuan: InsuredPerson, browser: Client, caseworker: User
    ) -> None:
        found = returned(asking_back.filed(yuan), "refund_account", by=caseworker)
        old = found.attachments.get()

        led = send(
            browser,
            found,
            holder="程予安",
            bank="示例银行示例支行",
            account="6222 0211 9901 0099 999",
            file_bank_card=files.picture("新卡.jpg"),
            removed=old.public_id,
        )

        found.refresh_from_db()
        assert (led, found.state) == (f"/applications/{found.number}/", State.SUBMITTED)
        assert found.refund_account == "6222021199010099999"
        assert [one.name for one in found.attachments.kept()] == ["新卡.jpg"]
        page = review(found, by=caseworker)
        for expected in ("与上次提交相比", "****2345", "****9999", "示例银行示例支行", "新卡.jpg", "已移除"):
            assert expected in page
        assert asking_back.ACCOUNT not in page

    def test_ten_files_are_no_dead_end(self, yuan: InsuredPerson, browser: Client, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "material", by=caseworker)
        for number in range(materials.MAX_FILES - 1):
            found.attachments.create(
                slot="other", name=f"{number}.png", content_type="image/png", size=1, sha256="0" * 64
            )
        upload = {"file_bank_card": files.picture("新卡.jpg"), "uses_credential": "on"}

        refused = send(browser, found, **upload)
        old = found.attachments.get(slot="bank-card")
        upload["file_bank_card"] = files.picture("新卡.jpg")
        led = send(browser, found, **upload, removed=old.public_id)

        assert "最多可以上传 10 个文件" in refused
        assert led == f"/applications/{found.number}/"

    def test_a_file_taken_out_without_another_is_asked_for_and_the_rest_kept(
        self, yuan: InsuredPerson, browser: Client, caseworker: User
    ) -> None:
        found = returned(asking_back.filed(yuan), "material", "note", by=caseworker)
        old = found.attachments.get()

        page = send(browser, found, note="换一张", uses_credential="on", removed=old.public_id)

        found.refresh_from_db()
        assert "还缺银行卡照片" in page
        assert "换一张" in page
        assert "已上传的材料" not in page
        assert found.state == State.RETURNED

    def test_another_persons_file_is_passed_over(
        self, yuan: InsuredPerson, browser: Client, caseworker: User, area: PoolingArea
    ) -> None:
        found = returned(asking_back.filed(yuan), "material", by=caseworker)
        theirs = asking_back.filed(asking_back.employed_since(area=area)).attachments.get()

        send(browser, found, uses_credential="on", removed=theirs.public_id)

        theirs.refresh_from_db()
        assert theirs.removed_at is None

    def test_a_cause_brings_its_proof(self, yuan: InsuredPerson, browser: Client, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "refund_cause", by=caseworker)

        page = send(browser, found, cause="death")
        led = send(browser, found, cause="death", file_refund_proof=files.pdf("死亡证明.pdf"))

        found.refresh_from_db()
        assert "还缺退费原因证明" in page
        assert (led, found.refund_cause) == (f"/applications/{found.number}/", "death")
        assert "参加了职工医保" in review(found, by=caseworker)

    def test_what_is_there_is_not_asked_for_once_more(
        self, yuan: InsuredPerson, browser: Client, caseworker: User
    ) -> None:
        found = returned(asking_back.filed(yuan), "material", by=caseworker)
        address = f"/applications/{found.number}/correct/"
        assert browser.get(address).context["form"].fields["file_id_card"].required

        found.attachments.create(slot="id-card", name="证.png", content_type="image/png", size=1, sha256="0" * 64)

        assert not browser.get(address).context["form"].fields["file_id_card"].required

    def test_the_counter_has_no_step_for_it(self, yuan: InsuredPerson, caseworker: User) -> None:
        found = returned(asking_back.filed(yuan), "note", by=caseworker)

        page = review(found, by=caseworker)

        assert "已退回申请人补正，等待重新提交" in page
        assert "本人到窗口" not in page


class TestTransfer:
    @pytest.fixture(autouse=True)
    def march(self, december: None, march_10: object) -> object:
        return march_10

    @pytest.fixture
    def mover(self, area: PoolingArea) -> InsuredPerson:
        return transferring.mover(area=area, to=transferring.neighbour())

    @pytest.fixture
    def there_staff(self, mover: InsuredPerson) -> User:
        return factories.staff(area=transferring.new_of(mover).area, name="孙经办")

    def test_another_way_is_chosen_and_the_desk_sees_the_difference(
        self, mover: InsuredPerson, there_staff: User
    ) -> None:
        found = returned(transferring.between(mover), "transfer_way", by=there_staff)
        browser = factories.client_of(factories.account_of(mover))
        form = browser.get(f"/applications/{found.number}/correct/").context["form"]
        assert (list(form.fields), form["way"].value()) == (["way", "place"], "between-1")

        unnamed = send(browser, found, way="in-1", place="")
        led = send(browser, found, way="in-1", place="江苏省昆山市")

        found.refresh_from_db()
        assert "请填写外地的转出地" in unnamed
        assert led == f"/applications/{found.number}/"
        assert (found.transfer_from, found.transfer_source) == (None, "江苏省昆山市")
        page = review(found, by=there_staff)
        assert "示例市（职工基本医疗保险） → 邻州市" in page
        assert "江苏省昆山市 → 邻州市" in page

    def test_says_why_no_way_is_open_any_more(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "transfer_way", by=there_staff)
        Enrollment.objects.filter(person=mover).update(category="1201")

        page = factories.client_of(factories.account_of(mover)).get(f"/applications/{found.number}/correct/").text

        assert "按规定不再转移医保关系" in page

    def test_the_pages_say_what_the_states_mean(self, mover: InsuredPerson, there_staff: User) -> None:
        found = returned(transferring.between(mover), "contact_phone", by=there_staff)
        browser = factories.client_of(factories.account_of(mover))

        page = browser.get(f"/applications/{found.number}/").text
        Application.objects.filter(pk=found.pk).update(state=State.LAPSED)

        assert "需要改的：联系电话" in page
        assert "两地的办理时限从审核通过那天开始算" in page
        assert "因超过补正期限" in browser.get(f"/applications/{found.number}/").text
