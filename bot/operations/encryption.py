"""Encryption of stored rows: key ring, master keys, data keys, row ids. A stolen disk can not be read.

A row id is a keyed hash of the chat's number, so that the number can be neither read nor guessed from it; an unkeyed
hash of every possible number is a morning's work. A ciphertext is bound to its row id: moved to another row, it fails.

A row's text is encrypted with a data key of its own, and the data key with the operator's master key. To destroy the
data key destroys every copy of the text, in any backup: not even the master key opens it again.
"""

import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST = 32  # bytes of a key
MARK, NONCE = 4, 12  # bytes before the encrypted text: the id of the master key, and the number used once


class WrongKey(Exception):
    """Raised when no key of ours decrypts a text, or when the text was changed."""


class Key:
    """A master key of the operator, and what is derived from it: row ids, encryption, its key id, draft links."""

    __slots__ = ("_name", "_seal", "draft", "mark")

    def __init__(self, text: str) -> None:
        if len(text.encode()) < SHORTEST:
            raise ValueError("a key needs 32 bytes at least")
        self._name = _derived(text, b"confidante 1 name")
        self._seal = AESGCM(_derived(text, b"confidante 1 seal"))
        self.mark = _derived(text, b"confidante 1 mark")[:MARK]
        self.draft = _derived(text, b"confidante 1 draft")

    def name(self, chat: str) -> bytes:
        """Return the row id of *chat*: a keyed hash."""
        return hmac.digest(self._name, chat.encode(), "sha256")

    def seal(self, name: bytes, text: bytes) -> bytes:
        """Encrypt *text* for the row *row_id*: key id, nonce, ciphertext (AES-256-GCM)."""
        nonce = secrets.token_bytes(NONCE)
        return self.mark + nonce + self._seal.encrypt(nonce, text, name)

    def open(self, name: bytes, sealed: bytes) -> bytes:
        """Decrypt what was encrypted for the row *row_id*; raises WrongKeyError."""
        try:
            return self._seal.decrypt(sealed[MARK : MARK + NONCE], sealed[MARK + NONCE :], name)
        except (InvalidTag, ValueError):
            raise WrongKey from None


def new_key() -> bytes:
    """Return a new random data key, for one row only."""
    return AESGCM.generate_key(256)


def seal_with(key: bytes, text: bytes) -> bytes:
    """Encrypt *text* with a data key: nonce, ciphertext (AES-256-GCM)."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, None)


def open_with(key: bytes, sealed: bytes) -> bytes:
    """Decrypt with a data key; raises WrongKeyError."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError):
        raise WrongKey from None


def _derived(text: str, purpose: bytes) -> bytes:
    """Derive a 32-byte key for one purpose from the text of a master key (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), 32, None, purpose).derive(text.encode())


class Sealer:
    """The operator's master keys: encrypt with the newest, decrypt with any, so that keys can be replaced safely."""

    __slots__ = ("_keys", "_newest")

    def __init__(self, texts: Sequence[str]) -> None:
        keys = [Key(text) for text in texts]
        self._newest = keys[0]
        self._keys = {key.mark: key for key in reversed(keys)}

    def name(self, chat: str) -> bytes:
        """Return the row id of *chat* under the newest key."""
        return self._newest.name(chat)

    def names(self, chat: str) -> list[bytes]:
        """Return every row id that *chat* may have while one key replaces another, the newest key's first."""
        return list(dict.fromkeys((self._newest.name(chat), *(key.name(chat) for key in self._keys.values()))))

    def seal(self, name: bytes, text: bytes) -> bytes:
        """Encrypt *text* for the row *row_id* with the newest key."""
        return self._newest.seal(name, text)

    def open(self, name: bytes, sealed: bytes) -> bytes:
        """Decrypt what was encrypted for the row *row_id*; WrongKeyError if no key fits or a byte was changed."""
        if key := self._keys.get(sealed[:MARK]):
            return key.open(name, sealed)
        raise WrongKey

    @property
    def mark(self) -> bytes:
        """The id of the newest key: the first bytes of all it encrypts."""
        return self._newest.mark

    def is_old(self, sealed: bytes) -> bool:
        """Whether it was encrypted with another key than the newest, and so should be encrypted again."""
        return sealed[:MARK] != self._newest.mark
