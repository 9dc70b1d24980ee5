import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal import crypto
from portal.accounts.models import User

CONTEXT = "insured_insuredperson.id_number"
ID = "11990119900214042X"


@given(st.text(max_size=200))
def test_gives_back_what_was_encrypted(text: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text, context=CONTEXT), context=CONTEXT) == text


@given(st.text(max_size=60), st.data())
def test_sees_every_flipped_bit(text: str, data: st.DataObject) -> None:
    sealed = bytearray(crypto.encrypt(text, context=CONTEXT))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(bytes(sealed), context=CONTEXT)


@given(st.binary(max_size=80))
def test_refuses_bytes_of_somebody_else(data: bytes) -> None:
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(data, context=CONTEXT)


def test_cannot_be_moved_to_another_column() -> None:
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(crypto.encrypt(ID, context=CONTEXT), context="insured_insuredperson.phone")


def test_never_makes_the_same_ciphertext_twice() -> None:
    assert crypto.encrypt(ID, context=CONTEXT) != crypto.encrypt(ID, context=CONTEXT)


def test_encrypts_with_the_last_key_and_still_reads_the_first(settings: Settings) -> None:
    old = crypto.encrypt(ID, context=CONTEXT)
    settings.FIELD_KEYS = settings.FIELD_KEYS | {7: b"7" * 32}
    new = crypto.encrypt(ID, context=CONTEXT)

    assert (crypto.key_id_of(old), crypto.key_id_of(new)) == (1, 7)
    assert crypto.decrypt(old, context=CONTEXT) == crypto.decrypt(new, context=CONTEXT) == ID


def test_says_which_key_is_missing(settings: Settings) -> None:
    old = crypto.encrypt(ID, context=CONTEXT)
    settings.FIELD_KEYS = {7: b"7" * 32}

    with pytest.raises(crypto.DecryptionError, match="Field key 1"):
        crypto.decrypt(old, context=CONTEXT)


def test_indexes_by_key_and_purpose(settings: Settings) -> None:
    first = crypto.blind_index(ID, purpose="resident-id")
    other_purpose = crypto.blind_index(ID, purpose="phone")
    settings.INDEX_KEYS = settings.INDEX_KEYS | {2: b"2" * 32}
    second = crypto.blind_index(ID, purpose="resident-id")

    assert len({first, other_purpose, second}) == 3
    assert first.startswith("1$")
    assert second.startswith("2$")
    assert len(first) == 45
    assert crypto.blind_index_candidates(ID, purpose="resident-id") == [first, second]
    assert ID not in first


def test_indexes_only_the_last_four_when_told_so() -> None:
    field: crypto.BlindIndexField[str, str] = crypto.BlindIndexField(source="id_number", purpose="tail", part="last4")

    assert field.index_of(ID) == crypto.blind_index("042X", purpose="tail")
    assert field.candidates_of(ID) == [field.index_of("042X")]


def test_keeps_what_a_field_was_made_with() -> None:
    field: crypto.BlindIndexField[str, str] = crypto.BlindIndexField(
        "索引", source="id_number", purpose="tail", part="last4", null=True
    )

    copy = field.clone()

    assert (copy.source, copy.purpose, copy.part, copy.null, copy.max_length) == (
        "id_number",
        "tail",
        "last4",
        True,
        64,
    )
    assert "portal.crypto" in MigrationWriter.serialize(field)[0]


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create(
        display_name="方以宁", phone="13812341234", phone_index=crypto.blind_index("13812341234", purpose="phone")
    )


def stored(user: User) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_stores_a_ciphertext_and_reads_a_text(user: User) -> None:
    sealed = stored(user)

    assert sealed is not None
    assert b"13812341234" not in sealed
    assert crypto.decrypt(sealed, context="accounts_user.phone") == "13812341234"
    assert User.objects.get(pk=user.pk).phone == "13812341234"
    assert list(User.objects.filter(pk=user.pk).values_list("phone", flat=True)) == ["13812341234"]


def test_writes_ciphertexts_in_sets_too(user: User) -> None:
    User.objects.filter(pk=user.pk).update(phone="13900000000")
    after_update = User.objects.get(pk=user.pk).phone
    user.phone = "13911111111"
    User.objects.bulk_update([user], ["phone"])
    after_bulk = User.objects.get(pk=user.pk).phone
    User.objects.filter(pk=user.pk).update(phone=None, phone_index=None)

    assert (after_update, after_bulk, stored(user)) == ("13900000000", "13911111111", None)


@pytest.mark.parametrize(
    "lookup", ["phone", "phone__exact", "phone__in", "phone__contains", "phone__startswith", "phone__gt"]
)
def test_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError):
        User.objects.filter(**{lookup: "13812341234"})


def test_can_be_asked_whether_it_is_there(user: User) -> None:
    assert User.objects.get(phone__isnull=False) == user
    assert not User.objects.filter(phone__isnull=True).exists()


def test_is_found_by_its_blind_index(user: User) -> None:
    assert User.objects.get(phone_index__in=crypto.blind_index_candidates("13812341234", purpose="phone")) == user


def test_takes_texts_only(user: User) -> None:
    user.phone = 13812341234

    with pytest.raises(TypeError, match=r"accounts_user\.phone takes a text"):
        user.save()


def test_has_no_form_field() -> None:
    field = User._meta.get_field("phone")

    assert isinstance(field, models.Field)
    assert field.formfield() is None
    assert not field.editable
