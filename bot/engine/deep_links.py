"""Deep links that clinics share: short to type, discreet, and with a checksum that notices typing errors.

What follows `?start=` is `northside-k3m9`, or `northside-w8f-p2c7` for one flow of it: the clinic, three characters
that stand for the flow without showing what it is about, and a checksum of four that any slip of a finger would change.
"""

import re
from binascii import crc_hqx

from bot.engine.session import Start
from bot.model.bundle import Library

LONGEST = 64  # characters, Telegram's limit
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # without 0 and o, 1 and l and i, u: they are read off a wall
FLOW, CHECK = 3, 4  # characters
PAYLOAD = re.compile(rf"(?P<clinic>[a-z][a-z0-9_]*)(?:-(?P<flow>[{LETTERS}]{{{FLOW}}}))?-[{LETTERS}]{{{CHECK}}}")


def payload(clinic: str, flow: str = "") -> str:
    """Return the start payload of a link to *clinic*, and to *flow* if given: what follows `?start=`."""
    code = f"{clinic}-{mark(flow)}" if flow else clinic
    return f"{code}-{_check(code)}"


def mark(flow: str) -> str:
    """Return the short code that stands for *flow* in a link."""
    return _letters(crc_hqx(flow.encode(), 0), FLOW)


def _check(code: str) -> str:
    """Return a cyclic checksum of 16 bits: it notices every slip within two neighbouring characters."""
    return _letters(crc_hqx(code.encode(), 0xFFFF), CHECK)


def _letters(value: int, many: int) -> str:
    """Return *value* as *length* characters of the payload alphabet."""
    letters = ""
    for _ in range(many):
        value, digit = divmod(value, len(LETTERS))
        letters += LETTERS[digit]
    return letters


def link(bot: str, payload: str) -> str:
    """Return the link that opens *bot_name* in Telegram with *payload*."""
    return f"https://t.me/{bot}?start={payload}"


def read_clinic_link(payload: str, library: Library) -> Start:
    """Return the start that *payload* asks for; a damaged or unknown one gives an ordinary start with a note.

    A flow's name alone leads to that flow: such links are never printed, but people type them. Nothing is guessed.
    """
    code = payload.strip().lower()
    if not code or code in library.entrances:
        return Start(code)
    found = PAYLOAD.fullmatch(code) if code.isascii() and len(code) <= LONGEST else None
    if not found or _check(code[: -CHECK - 1]) != code[-CHECK:]:
        return Start(phrase="link_damaged")
    clinic = library.outside.clinics.get(found["clinic"])
    if clinic is None:
        return Start(phrase="link_unknown")
    flow = next((flow for flow in library.entrances if mark(flow) == found["flow"]), "")
    return Start(clinic.entrance(flow), clinic=clinic.id)
