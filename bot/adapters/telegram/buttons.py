"""What a button says to us when it is tapped: 64 bytes that belong to one question of one session, or to a guest.

A session's button is `sign.turn.id`. The sign is made with the session's tag from turn and id, so that data which was
forged, cut short ("spots" begins "spots_days") or brought along from another session is no answer to anything.
A guest's button carries what a session begins with, as nothing is kept of a guest: `g.language.country.clinic.id`.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from bot.kept import Kept
from bot.library import BASE, Library
from bot.session import ACT, Session

GUEST = "g"
LONGEST = 64  # bytes, Telegram's limit
NEVER = -1  # a turn that no session is ever in
SIGN = 6  # bytes
WIDTH = SIGN * 8 // 6  # and how many letters that makes
SHORT = "~"  # begins an id that stands for one too long to be sent
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# What needs no session.
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
    """What a tap means: a button's id and its turn. *place* is who taps, if they were a guest when it was shown."""

    id: str
    turn: int
    place: Session | None = None
    ours: bool = True  # whether it belongs to what is kept now

    @property
    def anytime(self) -> bool:
        """Whether it can be done by anybody, at any moment, whatever became of the session it was shown in."""
        return self.id.startswith(ACT) and self.id[1:].partition(":")[0] in ANYTIME


class Buttons:
    """Writes and reads the data of buttons. An id that is too long goes by a short name, found again in the library."""

    def __init__(self, *libraries: Library) -> None:
        """Of every release that somebody may be in."""
        flows = [flow for library in libraries for flow in library.flows[BASE].values()]
        changes = [f"!change:{flow.at(question.name)}" for flow in flows for question in flow.questions()]
        pages = [f"!page:{page}" for library in libraries for page in library.pages[BASE]]
        ways = {f"{way}:{flow}" for library in libraries for way in _ways(library) for flow in library.entrances}
        self._long = {_short(id): id for id in (*changes, *pages, *ways)}

    def write(self, kept: Kept, id: str) -> str:
        session = kept.session
        if not kept.tag:
            place = ".".join((GUEST, session.language, session.country, session.clinic))
            return f"{place}.{_fitting(id, len(place) + 1)}"
        turn = in36(session.turn)
        id = _fitting(id, WIDTH + len(turn) + 2)
        return f"{_sign(kept.tag, turn, id)}.{turn}.{id}"

    def read(self, kept: Kept, data: str) -> Tapped:
        """What *data* means here and now; at worst something that answers nothing."""
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
        return self._long.get(id, "") if id.startswith(SHORT) else id


def _ways(library: Library) -> list[str]:
    """The buttons that carry on the flow that a link led to."""
    countries = [f"!country:{code}" for code in library.places.numbers]
    parts = [f"!countries:{number}" for number in ("", *range(30))]
    return ["!go_on", "!languages", *parts, *countries, *(f"!language:{code}" for code in library.languages)]


def _fitting(id: str, taken: int) -> str:
    """*id*, or its short name where *taken* bytes before it leave no room."""
    return id if taken + len(id.encode()) <= LONGEST else _short(id)


def _short(id: str) -> str:
    return SHORT + hashlib.sha256(id.encode()).hexdigest()[:16]


def _sign(tag: str, turn: str, id: str) -> str:
    mark = hashlib.blake2s(f"{turn}.{id}".encode(), key=tag.encode()[:32], digest_size=SIGN)
    return base64.urlsafe_b64encode(mark.digest()).decode()


def in36(number: int) -> str:
    """*number* in as few characters as it takes."""
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text
