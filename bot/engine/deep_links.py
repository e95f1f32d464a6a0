"""Deep links that clinics share: short to type, discreet, and with a checksum that notices typing errors.

What follows `?start=` is `northside-k3m9`, or `northside-w8f-p2c7` for one flow of it: the clinic, three characters
that stand for the flow without showing what it is about, and a checksum of four that any slip of a finger would change.
"""

import re
from binascii import crc_hqx

from bot.engine.session import Start
from bot.model.bundle import ContentBundle

MAX_PAYLOAD_CHARACTERS = 64  # characters, Telegram's limit
PAYLOAD_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # without 0 and o, 1 and l and i, u: they are read off a wall
FLOW_CODE_LENGTH, CHECKSUM_LENGTH = 3, 4  # characters
PAYLOAD_PATTERN = re.compile(
    rf"(?P<clinic>[a-z][a-z0-9_]*)(?:-(?P<flow>[{PAYLOAD_ALPHABET}]{{{FLOW_CODE_LENGTH}}}))?-[{PAYLOAD_ALPHABET}]{{{CHECKSUM_LENGTH}}}"
)


def clinic_payload(clinic: str, flow: str = "") -> str:
    """Return the start payload of a link to *clinic*, and to *flow* if given: what follows `?start=`."""
    code = f"{clinic}-{flow_code(flow)}" if flow else clinic
    return f"{code}-{_checksum(code)}"


def flow_code(flow: str) -> str:
    """Return the short code that stands for *flow* in a link."""
    return _encode(crc_hqx(flow.encode(), 0), FLOW_CODE_LENGTH)


def _checksum(code: str) -> str:
    """Return a cyclic checksum of 16 bits: it notices every slip within two neighbouring characters."""
    return _encode(crc_hqx(code.encode(), 0xFFFF), CHECKSUM_LENGTH)


def _encode(value: int, length: int) -> str:
    """Return *value* as *length* characters of the payload alphabet."""
    encoded = ""
    for _ in range(length):
        value, digit = divmod(value, len(PAYLOAD_ALPHABET))
        encoded += PAYLOAD_ALPHABET[digit]
    return encoded


def deep_link(bot_name: str, payload: str) -> str:
    """Return the link that opens *bot_name* in Telegram with *payload*."""
    return f"https://t.me/{bot_name}?start={payload}"


def parse_clinic_payload(payload: str, bundle: ContentBundle) -> Start:
    """Return the start that *payload* asks for; a damaged or unknown one gives an ordinary start with a note.

    A flow's name alone leads to that flow: such links are never printed, but people type them. Nothing is guessed.
    """
    code = payload.strip().lower()
    if not code or code in bundle.entry_flows:
        return Start(code)
    matched = PAYLOAD_PATTERN.fullmatch(code) if code.isascii() and len(code) <= MAX_PAYLOAD_CHARACTERS else None
    if not matched or _checksum(code[: -CHECKSUM_LENGTH - 1]) != code[-CHECKSUM_LENGTH:]:
        return Start(phrase="link_damaged")
    clinic = bundle.environment.clinics.get(matched["clinic"])
    if clinic is None:
        return Start(phrase="link_unknown")
    flow = next((flow for flow in bundle.entry_flows if flow_code(flow) == matched["flow"]), "")
    return Start(clinic.entry_flow(flow), clinic=clinic.id)
