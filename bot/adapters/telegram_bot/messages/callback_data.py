"""Callback data of buttons: 64 bytes that belong to one question of one session, or to a chat before consent.

A session's button is `sign.turn.id`. The signature is made with the session's tag from turn and id, so that data which
was forged, cut short ("spots" begins "spots_days") or brought along from another session is no answer to anything.
Before consent a button carries what a session begins with, as no record is kept: `g.language.country.clinic.id`.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from bot.engine.session import ACT, Session
from bot.model.bundle import BASE, Library
from bot.sessions.chat_record import Kept

GUEST = "g"
LONGEST = 64  # bytes, Telegram's limit
NEVER = -1  # a turn that no session is ever in
SIGN = 6  # bytes
WIDTH = SIGN * 8 // 6  # in base64
SHORT = "~"  # begins the short id of one too long to be sent
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Buttons that need no session.
ANYTIME = (
    "urgent",
    "help",
    "privacy",
    "page",
    "all_pages",
    "subject",
    "titles",
    "countries",
    "languages",
    "language",
    "hide",
    "delete",
    "stop",
)


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tapped button: its id and its turn. *session_before_consent* is set if it was shown before consent."""

    id: str
    turn: int
    place: Session | None = None
    ours: bool = True  # whether it belongs to the present session, or to none yet

    @property
    def anytime(self) -> bool:
        """Whether the button works at any moment, whatever became of the session it was shown in."""
        return self.id.startswith(ACT) and self.id[1:].partition(":")[0] in ANYTIME


class Buttons:
    """Encodes and decodes callback data. An id that is too long goes by a short id, found again in the bundles."""

    def __init__(self, *libraries: Library) -> None:
        """Take the bundles of every release that people may be in."""
        flows = [flow for library in libraries for flow in library.flows[BASE].values()]
        changes = [f"!change:{flow.at(question.name)}" for flow in flows for question in flow.questions()]
        pages = [f"!page:{page}" for library in libraries for page in library.pages[BASE]]
        ways = {f"{way}:{flow}" for library in libraries for way in _ways(library) for flow in library.entrances}
        self._long = {_short(id): id for id in (*changes, *pages, *ways)}

    def write(self, kept: Kept, id: str) -> str:
        """Return the callback data of a button in the chat of *record*."""
        session = kept.session
        if not kept.tag:
            place = ".".join((GUEST, session.language, session.country, session.clinic))
            return f"{place}.{_fitting(id, len(place) + 1)}"
        turn = in36(session.turn)
        id = _fitting(id, WIDTH + len(turn) + 2)
        return f"{_sign(kept.tag, turn, id)}.{turn}.{id}"

    def read(self, kept: Kept, data: str) -> Tapped:
        """Return the button that *data* means in the chat of *record*; at worst one that answers nothing."""
        first, _, rest = data.partition(".")
        if first == GUEST and rest.count(".") >= 3:
            language, country, clinic, id = rest.split(".", 3)
            place = Session(language=language[:8], country=country[:8], clinic=clinic[:32])
            return Tapped(self._whole(id), NEVER, place)
        turn, _, id = rest.partition(".")
        whole = self._whole(id)
        if kept.tag and hmac.compare_digest(first.encode(), _sign(kept.tag, turn, id).encode()):
            return Tapped(whole, int(turn, 36))
        return Tapped(whole, NEVER, ours=False)

    def _whole(self, id: str) -> str:
        """Return the full id for a short one; any other id as it is."""
        return self._long.get(id, "") if id.startswith(SHORT) else id


def _ways(library: Library) -> list[str]:
    """Return the ids of the buttons that carry on the flow that a link led to."""
    countries = [f"!country:{code}" for code in library.places.numbers]
    parts = [f"!countries:{number}" for number in ("", *range(30))]
    return ["!go_on", "!languages", *parts, *countries, *(f"!language:{code}" for code in library.languages)]


def _fitting(id: str, taken: int) -> str:
    """Return the id, or its short id where *bytes_before* leave no room for it."""
    return id if taken + len(id.encode()) <= LONGEST else _short(id)


def _short(id: str) -> str:
    """Return the short id: a prefix and 16 hexadecimal digits of a hash."""
    return SHORT + hashlib.sha256(id.encode()).hexdigest()[:16]


def _sign(tag: str, turn: str, id: str) -> str:
    """Return the signature of a turn and a button's id under the session's tag."""
    mark = hashlib.blake2s(f"{turn}.{id}".encode(), key=tag.encode()[:32], digest_size=SIGN)
    return base64.urlsafe_b64encode(mark.digest()).decode()


def in36(number: int) -> str:
    """Return *number* in base 36."""
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text
