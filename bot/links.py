"""Links that clinics share: short enough to type, discreet enough for a pocket, with a check that notices a slip.

What follows `?start=` is `northside-k3m9`, or `northside-w8f-p2c7` for one flow of it: the clinic, three characters
that stand for the flow and tell nobody what it is about, and four that any slip of a finger would change.
"""

import re
from binascii import crc_hqx

from bot.library import Library
from bot.session import Start

LONGEST = 64  # characters, Telegram's limit
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # without 0 and o, 1 and l and i, u: they are read off a wall
FLOW, CHECK = 3, 4  # characters
PAYLOAD = re.compile(rf"(?P<clinic>[a-z][a-z0-9_]*)(?:-(?P<flow>[{LETTERS}]{{{FLOW}}}))?-[{LETTERS}]{{{CHECK}}}")


def payload(clinic: str, flow: str = "") -> str:
    """What follows `?start=` for this clinic, and for this flow of it."""
    code = f"{clinic}-{mark(flow)}" if flow else clinic
    return f"{code}-{_check(code)}"


def mark(flow: str) -> str:
    """What stands for *flow* in a link."""
    return _letters(crc_hqx(flow.encode(), 0), FLOW)


def _check(code: str) -> str:
    """A cyclic check of 16 bits: it notices every slip within two neighbouring characters."""
    return _letters(crc_hqx(code.encode(), 0xFFFF), CHECK)


def _letters(value: int, many: int) -> str:
    letters = ""
    for _ in range(many):
        value, digit = divmod(value, len(LETTERS))
        letters += LETTERS[digit]
    return letters


def link(bot: str, payload: str) -> str:
    return f"https://t.me/{bot}?start={payload}"


def read_clinic_link(payload: str, library: Library) -> Start:
    """The start that a link asks for. What is damaged or unknown leads kindly to the ordinary one; nothing is guessed.

    A flow's name alone leads to that flow: nobody prints such a link, but people type it.
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
