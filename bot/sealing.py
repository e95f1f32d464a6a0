"""What makes a stolen disk worth nothing: every kept text is sealed with a key that is kept elsewhere.

A row is named by a keyed hash of its chat, so that a chat's number can be neither read nor guessed from it; an unkeyed
hash of every possible number is a morning's work. A seal is bound to the name of its row: moved to another, it breaks.

A row's text is sealed under a key of its own, and that key by the operator's. Whoever destroys the small key has
destroyed every copy of the text, in whatever backup it lies: not even the operator's key opens it again.
"""

import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST = 32  # bytes of a key
MARK, NONCE = 4, 12  # bytes before the sealed text: which key it was, and the number used once


class WrongKey(Exception):
    """None of the keys opens this."""


class Key:
    """One operator's key, as the four that are made of it: to name, to seal, to be known by, and for draft links."""

    __slots__ = ("_name", "_seal", "draft", "mark")

    def __init__(self, text: str) -> None:
        if len(text.encode()) < SHORTEST:
            raise ValueError("a key needs 32 bytes at least")
        self._name = _derived(text, b"confidante 1 name")
        self._seal = AESGCM(_derived(text, b"confidante 1 seal"))
        self.mark = _derived(text, b"confidante 1 mark")[:MARK]
        self.draft = _derived(text, b"confidante 1 draft")

    def name(self, chat: str) -> bytes:
        return hmac.digest(self._name, chat.encode(), "sha256")

    def seal(self, name: bytes, text: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return self.mark + nonce + self._seal.encrypt(nonce, text, name)

    def open(self, name: bytes, sealed: bytes) -> bytes:
        try:
            return self._seal.decrypt(sealed[MARK : MARK + NONCE], sealed[MARK + NONCE :], name)
        except (InvalidTag, ValueError):
            raise WrongKey from None


def new_key() -> bytes:
    """A key for one row alone."""
    return AESGCM.generate_key(256)


def seal_with(key: bytes, text: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, None)


def open_with(key: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError):
        raise WrongKey from None


def _derived(text: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose).derive(text.encode())


class Sealer:
    """Seals with the newest key and opens with any of them, so that keys can be changed without losing anybody."""

    __slots__ = ("_keys", "_newest")

    def __init__(self, texts: Sequence[str]) -> None:
        keys = [Key(text) for text in texts]
        self._newest = keys[0]
        self._keys = {key.mark: key for key in reversed(keys)}

    def name(self, chat: str) -> bytes:
        """What the row of *chat* is called."""
        return self._newest.name(chat)

    def names(self, chat: str) -> list[bytes]:
        """What the row of *chat* may be called, while one key replaces another: the newest key's name first."""
        return list(dict.fromkeys((self._newest.name(chat), *(key.name(chat) for key in self._keys.values()))))

    def seal(self, name: bytes, text: bytes) -> bytes:
        return self._newest.seal(name, text)

    def open(self, name: bytes, sealed: bytes) -> bytes:
        """What was sealed for the row *name*; WrongKey when no key fits, or a byte of it was changed."""
        if key := self._keys.get(sealed[:MARK]):
            return key.open(name, sealed)
        raise WrongKey

    @property
    def mark(self) -> bytes:
        """What everything that the newest key sealed begins with."""
        return self._newest.mark

    def is_old(self, sealed: bytes) -> bool:
        """Whether it was sealed with another key than the newest, and so should be sealed again."""
        return sealed[:MARK] != self._newest.mark
