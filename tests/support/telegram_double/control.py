"""The same double from another process: a person's deeds and eyes as small JSON requests to /control/<verb>."""

import dataclasses
from collections.abc import Callable
from typing import Any

from tests.support.telegram_double import faults
from tests.support.telegram_double.chats import Message, User
from tests.support.telegram_double.people import Person
from tests.support.telegram_double.world import World

Json = dict[str, Any]

_DEEDS = {"writes", "starts", "sends", "taps", "taps_twice", "forges", "blocks", "unblocks"}


class Control:
    """`do {person, does, with}`, `see {person}`, `fault {kind, …}`, `advance {seconds}`, `repeat {update}`, `state`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: dict[str, Person] = {}

    async def __call__(self, verb: str, given: Json) -> Json:
        verbs: dict[str, Callable[[Json], Json]] = {
            "do": self.do,
            "see": self.see,
            "fault": self.fault,
            "advance": self.advance,
            "repeat": self.repeat,
            "state": self.state,
        }
        if verb not in verbs:
            return {"wrong": f"no verb {verb}; there are {', '.join(verbs)}"}
        try:
            return verbs[verb](given)
        except (AssertionError, KeyError, TypeError, AttributeError) as wrong:
            return {"wrong": f"{type(wrong).__name__}: {wrong}"}

    def person(self, given: Json) -> Person:
        name = str(given["person"])
        if name not in self.people:
            user = User(6_500_000_001 + len(self.people), name, language_code="en")
            self.world.people[user.id] = user
            self.people[name] = Person(self.world, user)
        return self.people[name]

    def do(self, given: Json) -> Json:
        person, does = self.person(given), str(given["does"])
        if does not in _DEEDS:
            raise KeyError(does)
        getattr(person, does)(*given.get("with", []))
        return self.see(given)

    def see(self, given: Json) -> Json:
        person = self.person(given)
        unanswered = sum(not tap.answered for tap in person.taps_made)
        return {"screen": [_shown(m) for m in person.screen], "unanswered": unanswered, "chat": person.chat.id}

    def fault(self, given: Json) -> Json:
        """`{kind: "Cut", with: {after: true}, method, chance, times, chat}`; no kind means no more faults."""
        if "kind" not in given:
            self.world.faults.stop()
            return {}
        kinds = {kind.__name__: kind for kind in faults.Fault.__args__}
        made = kinds[given["kind"]](**given.get("with", {}))
        plan = {name: given[name] for name in ("method", "chance", "times", "chat") if name in given}
        self.world.faults.plans.append(faults.Plan(made, **plan))
        return {}

    def advance(self, given: Json) -> Json:
        self.world.clock.advance(float(given["seconds"]))
        return {}

    def repeat(self, given: Json) -> Json:
        self.world.updates.repeat(int(given["update"]))
        return {}

    def state(self, _: Json) -> Json:
        world = self.world
        calls = [dataclasses.asdict(call) | {"fault": repr(call.fault) if call.fault else None} for call in world.calls]
        return {
            "calls": calls,
            "complaints": world.complaints,
            "waiting": len(world.updates.queue),
            "dropped": [update.id for update in world.updates.dropped],
            "transcripts": {name: person.transcript() for name, person in self.people.items()},
        }


def _shown(message: Message) -> Json:
    return {"id": message.id, "bot": message.from_our_bot, "text": message.text, "buttons": message.labels}
