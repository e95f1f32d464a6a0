"""Draft links: with one, a named reviewer can go through a flow that is shown to no other person, until it expires.

After `?start=` come the expiry, a hash of the flow's name, the reviewer's name, and a signature made with the
operator's key over all three. Nothing of it is secret, and nothing of it can be changed: it is compared whole, to the
last bit.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from bot.engine.deep_links import parse_clinic_payload
from bot.engine.session import Start
from bot.model.bundle import ContentBundle
from bot.operations.encryption import MasterKey

DRAFT_PREFIX, MIN_DRAFT_PAYLOAD_LENGTH = "_", 35  # characters; no clinic's link begins so, or is so long
EXPIRY_BYTES, FLOW_HASH_BYTES, SIGNATURE_BYTES = 4, 4, 16  # bytes
MAX_REVIEWER_BYTES = 23  # bytes of a reviewer's name: what 64 characters leave
MINUTE_SECONDS = 60
MAX_DRAFT_LINK_DAYS = 30


def parse_start_payload(
    payload: str, bundle: ContentBundle, draft_bundle: ContentBundle | None = None, keys: Sequence[str] = ()
) -> Start:
    """Return the start that the *payload* after /start asks for, a draft link's or a clinic's.

    *draft_bundle* is the bundle that draft links lead into, and *keys* are the operator's. Without them no draft is
    opened.
    """
    if payload.startswith(DRAFT_PREFIX) and len(payload) >= MIN_DRAFT_PAYLOAD_LENGTH:
        return parse_draft_payload(
            payload, keys, draft_bundle.entry_flows if draft_bundle else (), bundle.environment.now
        )
    return parse_clinic_payload(payload, bundle)


def draft_payload(key: str, flow: str, reviewer: str, until: float) -> str:
    """Return the payload after `?start=` with which *reviewer* can go through *flow* until then.

    *until* is rounded down to a minute.
    """
    name = reviewer.encode()
    if not 0 < len(name) <= MAX_REVIEWER_BYTES:
        raise ValueError("a reviewer's name has 1 to 23 bytes")
    content = int(until // MINUTE_SECONDS).to_bytes(EXPIRY_BYTES, "big") + _flow_hash(flow) + name
    return DRAFT_PREFIX + _to_base64(content + _signature(key, content))


def parse_draft_payload(payload: str, keys: Sequence[str], flows: Iterable[str], now: float | None) -> Start:
    """Return the start of a draft; a start that only says that the link does not work, if it is not good.

    The words are the same for any reason: changed, expired, or of an unknown flow.
    """
    rejected = Start(phrase="draft_refused")
    content = _verified_content(payload.removeprefix(DRAFT_PREFIX), keys)
    if content is None:
        return rejected
    until = int.from_bytes(content[:EXPIRY_BYTES], "big") * MINUTE_SECONDS
    flow = next(
        (flow for flow in flows if _flow_hash(flow) == content[EXPIRY_BYTES : EXPIRY_BYTES + FLOW_HASH_BYTES]), ""
    )
    if not flow or now is None or now >= until:
        return rejected
    return Start(flow, reviewer=content[EXPIRY_BYTES + FLOW_HASH_BYTES :].decode(), until=until)


def _verified_content(text: str, keys: Sequence[str]) -> bytes | None:
    """Return the content that was signed with one of *keys*; None if a bit of it was changed."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    content, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    matches = [hmac.compare_digest(_signature(key, content), signature) for key in keys]
    long_enough = len(content) > EXPIRY_BYTES + FLOW_HASH_BYTES
    return (
        content if any(matches) and long_enough and _to_base64(data) == text else None
    )  # one text for one link, no other


def _to_base64(data: bytes) -> str:
    """Return *data* as base64 for a link, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _flow_hash(flow: str) -> bytes:
    """Return the short hash that stands for a flow in a link."""
    return hashlib.sha256(flow.encode()).digest()[:FLOW_HASH_BYTES]


def _signature(key: str, content: bytes) -> bytes:
    """Return the signature of *content*, made with the operator's key."""
    return hmac.digest(MasterKey(key).draft_link_key, content, "sha256")[:SIGNATURE_BYTES]
