"""A clinic that shares links to the bot: its services, address and opening hours. It never learns who used one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.opening_hours import OpeningHours
from bot.model.urgency import Urgency

MAX_CLINIC_ID_LENGTH = 20  # characters: a clinic's id is part of links, and of the data of buttons


@dataclass(frozen=True, slots=True)
class ClinicService:
    """A kind of care, and the endings it fits, by their urgency and their pages. Without pages it fits them all."""

    id: str
    urgencies: tuple[Urgency, ...]
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as one clinic offers it: its phone number and its opening hours."""

    service: str
    phone: str
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic of the clinics' file: name, contact, opening hours and services.

    *flows* are those its links may lead to; none means all. *greeting* is one line of its own, by language.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    country: str
    phone: str
    hours: OpeningHours
    emergency_number: str
    urgent_phone: str = ""
    address: str = ""
    map_url: str = ""
    offers: tuple[Offer, ...] = ()
    flows: tuple[str, ...] = ()
    greeting: Mapping[str, str] = field(default_factory=dict)

    def greeting_in(self, language: str) -> str:
        """Return the greeting in *language*, else in the first language that has one."""
        return self.greeting.get(language) or next(iter(self.greeting.values()), "")

    def entry_flow(self, flow: str) -> str:
        """Return the flow that its link to *flow* leads to: its only one, or *flow* if it is allowed, else ""."""
        if len(self.flows) == 1:
            return self.flows[0]
        return flow if not self.flows or flow in self.flows else ""


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment of one event: the clinics, and the time in seconds since the epoch, if it is known.

    *statistics_enabled*: this bot counts, and people must be told so; see `bot.clinics.statistics.counts`.
    *feedback_enabled*: the operator sees the answers to "was this clear?" as numbers; else it is not asked.
    """

    clinics: Mapping[str, Clinic] = field(default_factory=dict)
    now: float | None = None
    statistics_enabled: bool = False
    feedback_enabled: bool = False
