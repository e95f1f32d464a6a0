"""A clinic that shares our link: what it offers, where it is, and when. It never learns who came by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.hours import Hours
from bot.urgency import Urgency

LONGEST_ID = 20  # characters: a clinic's id is part of links, and of the data of buttons


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of care: the endings it fits, by their urgency and their pages. Without pages it fits them all."""

    id: str
    urgencies: tuple[Urgency, ...]
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as one clinic offers it: whom to call, and when somebody is there."""

    service: str
    phone: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Clinic:
    """*flows* are those its links may lead to; none means all. *greeting* is one line of its own, by language."""

    id: str
    name: str
    languages: tuple[str, ...]
    country: str
    phone: str
    hours: Hours
    emergency_number: str
    urgent_line: str = ""
    address: str = ""
    map: str = ""
    offers: tuple[Offer, ...] = ()
    flows: tuple[str, ...] = ()
    greeting: Mapping[str, str] = field(default_factory=dict)

    def welcome(self, language: str) -> str:
        """Its greeting in *language*, else in the first language it has one in."""
        return self.greeting.get(language) or next(iter(self.greeting.values()), "")

    def entrance(self, flow: str) -> str:
        """Where its link to *flow* leads: only to what it offers, and to the one flow where it offers just one."""
        if len(self.flows) == 1:
            return self.flows[0]
        return flow if not self.flows or flow in self.flows else ""


@dataclass(frozen=True, slots=True)
class Outside:
    """What comes in from the world with each event: the clinics, and the time as seconds of the epoch, if it is known.

    *counting* is whether this bot counts, as people must be told; see `bot.counts`. *asking* is whether anybody sees
    what people say of an ending, as a number: else they are not asked.
    """

    clinics: Mapping[str, Clinic] = field(default_factory=dict)
    now: float | None = None
    counting: bool = False
    asking: bool = False
