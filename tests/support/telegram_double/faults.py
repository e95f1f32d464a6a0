"""What goes wrong between the bot and Telegram, by script or by seeded chance."""

import asyncio
import math
import random
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.support.telegram_double.clock import Clock
from tests.support.telegram_double.odd_answers import SHAPES, Odd


@dataclass(frozen=True, slots=True)
class Flood:
    """429: wait so many seconds. Not carried out."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """Any refusal that a test wants to see; `refused(name)` has Telegram's own. *after*: said falsely, it was done."""

    code: int = 400
    description: str = "Bad Request: chat not found"
    after: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A gateway's error page, no JSON. *after*: the request was carried out all the same."""

    code: int = 502
    after: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer comes late; the request was carried out at once when *after*, else just before the answer."""

    seconds: float = 1.0
    after: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is reset. *after*: the request was carried out all the same."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer ever comes, until the bot gives up. *after*: the request was carried out all the same."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The answer waits until the test lets it go (`Faults.release`), while updates and other calls go on.

    A Bot API server answers each request by itself: the answer to a send may come after later updates. The request is
    carried out at once when *after*, else just before the answer.
    """

    after: bool = True
    gate: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)


Fault = Flood | Refused | Broken | Slow | Cut | Silent | Held | Odd
WEBHOOK = "webhook"  # the method name of the other direction: Cut, Cut(after=True), Slow and Broken work there too


@dataclass(slots=True, eq=False)
class Plan:
    """A fault to come: for calls of *method* (or all) in *chat* (or all), so likely, so often (or for ever).

    It is over when the double's clock shows *until*.
    """

    fault: Fault
    method: str = "*"
    chance: float = 1.0
    times: int | None = None
    chat: int | None = None
    until: float = math.inf

    def fits(self, method: str, chat: int | None, now: float) -> bool:
        open_ = (self.times is None or self.times > 0) and now < self.until
        return open_ and self.method in ("*", method) and self.chat in (None, chat)


class Faults:
    """The plans, asked once for each call; the first that fits and is drawn happens.

    A draw depends on the seed, the method, the chat and how many such calls came before it: so it does not depend on
    what other chats do meanwhile.
    """

    def __init__(self, seed: int = 0, clock: Clock | None = None) -> None:
        self.seed, self.clock = seed, clock or Clock()
        self.plans: list[Plan] = []
        self._asked: Counter[tuple[str, int | None]] = Counter()

    def next(self, method: str, *faults: Fault, chat: int | None = None) -> None:
        """The next calls of *method* meet these faults, one each."""
        self.plans[:0] = [Plan(fault, method, times=1, chat=chat) for fault in faults]

    def repeat(self, fault: Fault, times: int, method: str = "*", chat: int | None = None) -> Plan:
        """The next *times* calls meet this fault."""
        self.plans.insert(0, plan := Plan(fault, method, times=times, chat=chat))
        return plan

    def during(self, seconds: float, fault: Fault, method: str = "*", chat: int | None = None) -> Plan:
        """For so many seconds of the double's clock every call meets this fault."""
        self.plans.insert(0, plan := Plan(fault, method, chat=chat, until=self.clock.now() + seconds))
        return plan

    def hold(self, method: str, times: int | None = None, chat: int | None = None, after: bool = True) -> Plan:
        """Keep the answers to *method* back until `release` of the plan that comes back."""
        self.plans.insert(0, plan := Plan(Held(after), method, times=times, chat=chat))
        return plan

    def release(self, plan: Plan | None = None) -> None:
        """Let the answers go that *plan* (or any) held back, and hold no more."""
        for held in [other for other in self.plans if plan in (None, other)]:
            if isinstance(held.fault, Held):
                held.fault.gate.set()
                self.stop(held)

    def often(self, fault: Fault, chance: float, method: str = "*", chat: int | None = None) -> None:
        """From now on this happens with that chance."""
        self.plans.append(Plan(fault, method, chance, chat=chat))

    def always(self, fault: Fault, method: str = "*", chat: int | None = None) -> Plan:
        """From now on this happens each time; `stop` the plan that comes back."""
        self.plans.append(plan := Plan(fault, method, chat=chat))
        return plan

    def stop(self, plan: Plan | None = None) -> None:
        """No more of *plan*, or of any."""
        self.plans = [other for other in self.plans if plan is not None and other is not plan]

    def choose(self, method: str, chat: int | None = None) -> Fault | None:
        self._asked[method, chat] += 1
        draw = random.Random(f"{self.seed}:{method}:{chat}:{self._asked[method, chat]}")
        for plan in self.plans:
            if plan.fits(method, chat, self.clock.now()) and draw.random() < plan.chance:
                plan.times = plan.times if plan.times is None else plan.times - 1
                if isinstance(plan.fault, Odd) and plan.fault.shape == "any":
                    return replace(plan.fault, shape=draw.choice(list(SHAPES)))
                return plan.fault
        return None
