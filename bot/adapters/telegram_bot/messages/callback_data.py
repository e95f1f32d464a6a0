"""Callback data of buttons: 64 bytes that belong to one question of one session, or to a chat before consent.

A session's button is `sign.turn.id`. The signature is made with the session's tag from turn and id, so that data which
was forged, cut short ("spots" begins "spots_days") or brought along from another session is no answer to anything.
Before consent a button carries what a session begins with, as no record is kept: `g.language.country.clinic.id`.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from bot.engine.session import COMMAND_PREFIX, Session
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.sessions.chat_record import ChatRecord

BEFORE_CONSENT_PREFIX = "g"
MAX_CALLBACK_DATA_BYTES = 64  # bytes, Telegram's limit
NO_TURN = -1  # a turn that no session is ever in
SIGNATURE_BYTES = 6  # bytes
SIGNATURE_CHARACTERS = SIGNATURE_BYTES * 8 // 6  # in base64
SHORT_ID_PREFIX = "~"  # begins the short id of one too long to be sent
BASE36_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Buttons that need no session.
ANYTIME_ACTIONS = (
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
class TappedButton:
    """A tapped button: its id and its turn. *session_before_consent* is set if it was shown before consent."""

    button_id: str
    turn: int
    session_before_consent: Session | None = None
    is_authentic: bool = True  # whether it belongs to the present session, or to none yet

    @property
    def works_anytime(self) -> bool:
        """Whether the button works at any moment, whatever became of the session it was shown in."""
        return self.button_id.startswith(COMMAND_PREFIX) and self.button_id[1:].partition(":")[0] in ANYTIME_ACTIONS


class CallbackDataCodec:
    """Encodes and decodes callback data. An id that is too long goes by a short id, found again in the bundles."""

    def __init__(self, *bundles: ContentBundle) -> None:
        """Take the bundles of every release that people may be in."""
        flows = [flow for bundle in bundles for flow in bundle.flows[BASE_LANGUAGE].values()]
        change_ids = [f"!change:{flow.full_name(question.name)}" for flow in flows for question in flow.questions()]
        page_ids = [f"!page:{page}" for bundle in bundles for page in bundle.pages[BASE_LANGUAGE]]
        link_ids = {
            f"{link_id}:{flow}"
            for bundle in bundles
            for link_id in _link_button_ids(bundle)
            for flow in bundle.entry_flows
        }
        self._full_ids = {_short_id(button_id): button_id for button_id in (*change_ids, *page_ids, *link_ids)}

    def encode(self, record: ChatRecord, button_id: str) -> str:
        """Return the callback data of a button in the chat of *record*."""
        session = record.session
        if not record.tag:
            prefix = ".".join((BEFORE_CONSENT_PREFIX, session.language, session.country, session.clinic))
            return f"{prefix}.{_fit(button_id, len(prefix) + 1)}"
        turn = to_base36(session.turn)
        button_id = _fit(button_id, SIGNATURE_CHARACTERS + len(turn) + 2)
        return f"{_signature(record.tag, turn, button_id)}.{turn}.{button_id}"

    def decode(self, record: ChatRecord, data: str) -> TappedButton:
        """Return the button that *data* means in the chat of *record*; at worst one that answers nothing."""
        first, _, rest = data.partition(".")
        if first == BEFORE_CONSENT_PREFIX and rest.count(".") >= 3:
            language, country, clinic, button_id = rest.split(".", 3)
            session = Session(language=language[:8], country=country[:8], clinic=clinic[:32])
            return TappedButton(self._full_id(button_id), NO_TURN, session)
        turn, _, button_id = rest.partition(".")
        full_id = self._full_id(button_id)
        if record.tag and hmac.compare_digest(first.encode(), _signature(record.tag, turn, button_id).encode()):
            return TappedButton(full_id, int(turn, 36))
        return TappedButton(full_id, NO_TURN, is_authentic=False)

    def _full_id(self, button_id: str) -> str:
        """Return the full id for a short one; any other id as it is."""
        return self._full_ids.get(button_id, "") if button_id.startswith(SHORT_ID_PREFIX) else button_id


def _link_button_ids(bundle: ContentBundle) -> list[str]:
    """Return the ids of the buttons that carry on the flow that a link led to."""
    country_ids = [f"!country:{code}" for code in bundle.phone_directory.emergency_numbers]
    country_list_ids = [f"!countries:{number}" for number in ("", *range(30))]
    return [
        "!go_on",
        "!languages",
        *country_list_ids,
        *country_ids,
        *(f"!language:{code}" for code in bundle.languages),
    ]


def _fit(button_id: str, bytes_before: int) -> str:
    """Return the id, or its short id where *bytes_before* leave no room for it."""
    return button_id if bytes_before + len(button_id.encode()) <= MAX_CALLBACK_DATA_BYTES else _short_id(button_id)


def _short_id(button_id: str) -> str:
    """Return the short id: a prefix and 16 hexadecimal digits of a hash."""
    return SHORT_ID_PREFIX + hashlib.sha256(button_id.encode()).hexdigest()[:16]


def _signature(tag: str, turn: str, button_id: str) -> str:
    """Return the signature of a turn and a button's id under the session's tag."""
    digest = hashlib.blake2s(f"{turn}.{button_id}".encode(), key=tag.encode()[:32], digest_size=SIGNATURE_BYTES)
    return base64.urlsafe_b64encode(digest.digest()).decode()


def to_base36(number: int) -> str:
    """Return *number* in base 36."""
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = BASE36_DIGITS[digit] + text
    return text
