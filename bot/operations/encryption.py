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

from bot.operations.settings import MIN_KEY_BYTES

KEY_ID_BYTES, NONCE_BYTES = 4, 12  # bytes before the encrypted text: the id of the master key, and the number used once


class WrongKeyError(Exception):
    """Raised when no key of ours decrypts a text, or when the text was changed."""


class MasterKey:
    """A master key of the operator, and what is derived from it: row ids, encryption, its key id, draft links."""

    __slots__ = ("_cipher", "_row_id_key", "draft_link_key", "key_id")

    def __init__(self, text: str) -> None:
        if len(text.encode()) < MIN_KEY_BYTES:
            raise ValueError(f"a key needs {MIN_KEY_BYTES} bytes at least")
        self._row_id_key = _derive_key(text, b"confidante 1 name")
        self._cipher = AESGCM(_derive_key(text, b"confidante 1 seal"))
        self.key_id = _derive_key(text, b"confidante 1 mark")[:KEY_ID_BYTES]
        self.draft_link_key = _derive_key(text, b"confidante 1 draft")

    def row_id(self, chat: str) -> bytes:
        """Return the row id of *chat*: a keyed hash."""
        return hmac.digest(self._row_id_key, chat.encode(), "sha256")

    def encrypt(self, row_id: bytes, text: bytes) -> bytes:
        """Encrypt *text* for the row *row_id*: key id, nonce, ciphertext (AES-256-GCM)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self.key_id + nonce + self._cipher.encrypt(nonce, text, row_id)

    def decrypt(self, row_id: bytes, ciphertext: bytes) -> bytes:
        """Decrypt what was encrypted for the row *row_id*; raises WrongKeyError."""
        try:
            return self._cipher.decrypt(
                ciphertext[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES], ciphertext[KEY_ID_BYTES + NONCE_BYTES :], row_id
            )
        except (InvalidTag, ValueError):
            raise WrongKeyError from None


def generate_data_key() -> bytes:
    """Return a new random data key, for one row only."""
    return AESGCM.generate_key(256)


def encrypt_with(key: bytes, text: bytes) -> bytes:
    """Encrypt *text* with a data key: nonce, ciphertext (AES-256-GCM)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, None)


def decrypt_with(key: bytes, ciphertext: bytes) -> bytes:
    """Decrypt with a data key; raises WrongKeyError."""
    try:
        return AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        raise WrongKeyError from None


def _derive_key(text: str, purpose: bytes) -> bytes:
    """Derive a 32-byte key for one purpose from the text of a master key (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), 32, None, purpose).derive(text.encode())


class KeyRing:
    """The operator's master keys: encrypt with the newest, decrypt with any, so that keys can be replaced safely."""

    __slots__ = ("_keys", "_newest_key")

    def __init__(self, key_texts: Sequence[str]) -> None:
        keys = [MasterKey(text) for text in key_texts]
        self._newest_key = keys[0]
        self._keys = {key.key_id: key for key in reversed(keys)}

    def row_id(self, chat: str) -> bytes:
        """Return the row id of *chat* under the newest key."""
        return self._newest_key.row_id(chat)

    def row_ids(self, chat: str) -> list[bytes]:
        """Return every row id that *chat* may have while one key replaces another, the newest key's first."""
        return list(dict.fromkeys((self._newest_key.row_id(chat), *(key.row_id(chat) for key in self._keys.values()))))

    def encrypt(self, row_id: bytes, text: bytes) -> bytes:
        """Encrypt *text* for the row *row_id* with the newest key."""
        return self._newest_key.encrypt(row_id, text)

    def decrypt(self, row_id: bytes, ciphertext: bytes) -> bytes:
        """Decrypt what was encrypted for the row *row_id*; WrongKeyError if no key fits or a byte was changed."""
        if key := self._keys.get(ciphertext[:KEY_ID_BYTES]):
            return key.decrypt(row_id, ciphertext)
        raise WrongKeyError

    @property
    def key_id(self) -> bytes:
        """The id of the newest key: the first bytes of all it encrypts."""
        return self._newest_key.key_id

    def needs_rewrap(self, ciphertext: bytes) -> bool:
        """Whether it was encrypted with another key than the newest, and so should be encrypted again."""
        return ciphertext[:KEY_ID_BYTES] != self._newest_key.key_id
