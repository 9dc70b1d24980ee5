from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from portal import crypto
from portal.accounts.models import User
from portal.management.commands import rotate_keys

PHONES = [f"1380000{number:04d}" for number in range(7)]


@pytest.fixture
def users(db: None) -> list[User]:
    return [
        User.objects.create(
            display_name="某人",
            phone=phone,
            phone_index=crypto.blind_index(phone, purpose="phone"),
            id_index=crypto.blind_index(phone, purpose="resident-id"),
        )
        for phone in PHONES
    ]


@pytest.fixture
def new_keys(users: list[User], settings: Settings) -> Settings:
    settings.FIELD_KEYS = settings.FIELD_KEYS | {2: b"f" * 32}
    settings.INDEX_KEYS = settings.INDEX_KEYS | {2: b"i" * 32}
    return settings


def key_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user ORDER BY id")
        return [crypto.key_id_of(bytes(row[0])) for row in cursor.fetchall()]


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", "--chunk=3", stdout=out)
    return out.getvalue()


def test_rewrites_texts_and_indexes_so_that_the_old_key_can_go(new_keys: Settings) -> None:
    report = rotate()
    new_keys.FIELD_KEYS = {2: b"f" * 32}

    assert "accounts.User.phone: 重新加密 7 行" in report
    assert "accounts.User.phone_index: 重建索引 7 行，仍用旧密钥 0 行" in report
    assert key_ids() == [2] * 7
    for phone in PHONES:
        assert User.objects.get(phone_index=crypto.blind_index(phone, purpose="phone")).phone == phone


def test_tells_of_indexes_whose_value_is_not_stored(new_keys: Settings) -> None:
    assert "accounts.User.id_index: 重建索引 0 行，仍用旧密钥 7 行" in rotate()
    assert all(index and index.startswith("1$") for index in User.objects.values_list("id_index", flat=True))


@pytest.mark.usefixtures("new_keys")
def test_does_nothing_the_second_time() -> None:
    rotate()
    report = rotate()

    assert "accounts.User.phone: 重新加密 0 行" in report
    assert "accounts.User.phone_index: 重建索引 0 行" in report


@pytest.mark.usefixtures("new_keys")
def test_goes_on_where_it_was_stopped() -> None:
    first = User.objects.order_by("pk")[:3]
    for user in first:
        User.objects.filter(pk=user.pk).update(phone=user.phone)

    report = rotate()

    assert "accounts.User.phone: 重新加密 4 行" in report
    assert key_ids() == [2] * 7


@pytest.mark.usefixtures("new_keys")
def test_leaves_alone_what_was_changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    decrypt = crypto.decrypt
    victim = User.objects.order_by("pk")[0].pk

    def change_first(data: bytes, *, context: str) -> str:
        text = decrypt(data, context=context)
        if text == PHONES[0]:
            User.objects.filter(pk=victim).update(phone="13999999999")
        return text

    monkeypatch.setattr(rotate_keys.crypto, "decrypt", change_first)
    field = User._meta.get_field("phone")
    assert isinstance(field, crypto.EncryptedTextField)
    written = rotate_keys.encrypt_again(User, field, size=3)
    monkeypatch.undo()

    assert written == 6
    assert User.objects.get(pk=victim).phone == "13999999999"
