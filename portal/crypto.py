"""Fields that nobody reads from a stolen table: AES-256-GCM texts and HMAC blind indexes, with rotating keys."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.lookups import IsNull

SetT = TypeVar("SetT", contravariant=True)
GetT = TypeVar("GetT", covariant=True)
if TYPE_CHECKING:
    TextBase = models.TextField[SetT, GetT]
    CharBase = models.CharField[SetT, GetT]
else:
    # Django's fields are generic for the type checker only.
    TextBase = {(SetT, GetT): models.TextField}
    CharBase = {(SetT, GetT): models.CharField}

VERSION = 1
NONCE_BYTES = 12
HEADER_BYTES = 2
"""Version and key id, one byte each; the nonce and the ciphertext with its tag follow."""


class DecryptionError(Exception):
    """The bytes were changed, moved from another column, or belong to a key that is not in the ring."""


def _current(ring: Mapping[int, bytes]) -> int:
    return list(ring)[-1]


def current_field_key() -> int:
    """Id of the key that new texts are encrypted with."""
    return _current(settings.FIELD_KEYS)


def current_index_key() -> int:
    """Id of the key that new blind indexes are made with."""
    return _current(settings.INDEX_KEYS)


def key_id_of(data: bytes) -> int:
    """Id of the key a ciphertext was made with."""
    if len(data) <= HEADER_BYTES + NONCE_BYTES or data[0] != VERSION:
        raise DecryptionError("Not a ciphertext of this hall.")
    return data[1]


def encrypt(text: str, *, context: str) -> bytes:
    """version ‖ key id ‖ nonce ‖ ciphertext; `context` ("table.column") is needed again to decrypt."""
    key_id = current_field_key()
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(settings.FIELD_KEYS[key_id]).encrypt(nonce, text.encode(), context.encode())
    return bytes((VERSION, key_id)) + nonce + sealed


def decrypt(data: bytes, *, context: str) -> str:
    """The text, or DecryptionError; never a wrong text."""
    key = settings.FIELD_KEYS.get(key_id_of(data))
    if key is None:
        raise DecryptionError(f"Field key {key_id_of(data)} is not in the ring.")
    nonce, sealed = data[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], data[HEADER_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, context.encode()).decode()
    except InvalidTag as error:
        raise DecryptionError(f"The ciphertext does not belong to {context}.") from error


def _index(value: str, *, purpose: str, key_id: int) -> str:
    digest = hmac.digest(settings.INDEX_KEYS[key_id], f"{purpose}\0{value}".encode(), hashlib.sha256)
    return f"{key_id}${base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def blind_index(value: str, *, purpose: str) -> str:
    """ "<key id>$<base64url HMAC-SHA-256>" with the current key: what to write."""
    return _index(value, purpose=purpose, key_id=current_index_key())


def derived_key(key_id: int, *, purpose: str) -> bytes:
    """A key of its own for one purpose, made from an index key. KeyError when that one left the ring."""
    return hmac.digest(settings.INDEX_KEYS[key_id], f"{purpose}\0key".encode(), hashlib.sha256)


def blind_index_candidates(value: str, *, purpose: str) -> list[str]:
    """One index for each key in the ring: what to look up (`field__in=`), so that a rotation may be under way."""
    return [_index(value, purpose=purpose, key_id=key_id) for key_id in settings.INDEX_KEYS]


class EncryptedTextField(TextBase[SetT, GetT]):
    """A text in Python, a ciphertext bound to its table and column in the database. Cannot be searched or edited.

    Renaming the table or the column needs a data migration that encrypts again.
    """

    description = "Encrypted text"
    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        """Table and column, the additional data of every ciphertext in it."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise TypeError(f"{self.context} takes a text or None.")
        return encrypt(value, context=self.context)

    def from_db_value(
        self, value: bytes | memoryview | None, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> str | None:
        return None if value is None else decrypt(bytes(value), context=self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        return IsNull if lookup_name == "isnull" else None

    def formfield(self, **_: Any) -> None:
        return None


class BlindIndexField(CharBase[SetT, GetT]):
    """The blind index of another field of the same row, so that an encrypted value can be found by equality.

    `source` names that field (empty when the value itself is not stored: such an index cannot be rotated),
    `part="last4"` means that only its last four characters count. Look up with `__in=blind_index_candidates(...)`.
    """

    description = "Blind index"
    empty_strings_allowed = False

    def __init__(
        self, *args: Any, source: str = "", purpose: str = "", part: Literal["last4"] | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)
        self.source, self.purpose, self.part = source, purpose, part

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source, "purpose": self.purpose, "part": self.part}

    def index_of(self, value: str) -> str:
        """What to write here for a source value."""
        return blind_index(value[-4:] if self.part == "last4" else value, purpose=self.purpose)

    def candidates_of(self, value: str) -> list[str]:
        """What to look up here for a source value, or for its last four characters."""
        return blind_index_candidates(value[-4:] if self.part == "last4" else value, purpose=self.purpose)
