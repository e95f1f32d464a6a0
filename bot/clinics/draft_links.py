"""Draft links: with one, a named reviewer can go through a flow that is shown to no other person, until it expires.

After `?start=` come the expiry, a hash of the flow's name, the reviewer's name, and a signature made with the
operator's key over all three. Nothing of it is secret, and nothing of it can be changed: it is compared whole, to the
last bit.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from bot.engine.deep_links import read_clinic_link
from bot.engine.session import Start
from bot.model.bundle import Library
from bot.operations.encryption import Key

BEGINS, SHORTEST = "_", 35  # characters; no clinic's link begins so, or is so long
EXPIRY, MARK, SEAL = 4, 4, 16  # bytes
LONGEST_NAME = 23  # bytes of a reviewer's name: what 64 characters leave
MINUTE = 60
MOST_DAYS = 30


def read_link(payload: str, library: Library, drafts: Library | None = None, keys: Sequence[str] = ()) -> Start:
    """Return the start that the *payload* after /start asks for, a draft link's or a clinic's.

    *draft_bundle* is the bundle that draft links lead into, and *keys* are the operator's. Without them no draft is
    opened.
    """
    if payload.startswith(BEGINS) and len(payload) >= SHORTEST:
        return read_draft(payload, keys, drafts.entrances if drafts else (), library.outside.now)
    return read_clinic_link(payload, library)


def write_draft(key: str, flow: str, reviewer: str, until: float) -> str:
    """Return the payload after `?start=` with which *reviewer* can go through *flow* until then.

    *until* is rounded down to a minute.
    """
    name = reviewer.encode()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError("a reviewer's name has 1 to 23 bytes")
    told = int(until // MINUTE).to_bytes(EXPIRY, "big") + _mark(flow) + name
    return BEGINS + _text(told + _seal(key, told))


def read_draft(payload: str, keys: Sequence[str], flows: Iterable[str], now: float | None) -> Start:
    """Return the start of a draft; a start that only says that the link does not work, if it is not good.

    The words are the same for any reason: changed, expired, or of an unknown flow.
    """
    refused = Start(phrase="draft_refused")
    told = _opened(payload.removeprefix(BEGINS), keys)
    if told is None:
        return refused
    until = int.from_bytes(told[:EXPIRY], "big") * MINUTE
    flow = next((flow for flow in flows if _mark(flow) == told[EXPIRY : EXPIRY + MARK]), "")
    if not flow or now is None or now >= until:
        return refused
    return Start(flow, reviewer=told[EXPIRY + MARK :].decode(), until=until)


def _opened(text: str, keys: Sequence[str]) -> bytes | None:
    """Return the content that was signed with one of *keys*; None if a bit of it was changed."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    told, seal = data[:-SEAL], data[-SEAL:]
    ours = [hmac.compare_digest(_seal(key, told), seal) for key in keys]
    long_enough = len(told) > EXPIRY + MARK
    return told if any(ours) and long_enough and _text(data) == text else None  # one text for one link, no other


def _text(data: bytes) -> str:
    """Return *data* as base64 for a link, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _mark(flow: str) -> bytes:
    """Return the short hash that stands for a flow in a link."""
    return hashlib.sha256(flow.encode()).digest()[:MARK]


def _seal(key: str, told: bytes) -> bytes:
    """Return the signature of *content*, made with the operator's key."""
    return hmac.digest(Key(key).draft, told, "sha256")[:SEAL]
