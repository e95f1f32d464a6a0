"""The same double from another process: a person's deeds and eyes as small JSON requests to /control/<verb>."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.support.telegram_double import faults
from tests.support.telegram_double.chats import Message, User
from tests.support.telegram_double.named_refusals import refused
from tests.support.telegram_double.people import Person
from tests.support.telegram_double.world import Call

if TYPE_CHECKING:
    from tests.support.telegram_double.telegram import Telegram

Json = dict[str, Any]

_DEEDS = {
    "writes", "starts", "sends", "captions", "taps", "taps_twice", "forges", "blocks", "unblocks", "business",
    "connects_business",
}  # fmt: skip
_DEEDS_TO_A_MESSAGE = {"edits", "deletes", "pins", "reacts"}  # the first of `with` is the number of the message
_METHODS = {"other_poller", "other_sets_webhook", "other_deletes_webhook", "skip_message_ids", "odd_update"}


class Control:
    """What a test in another process may ask for, each verb with a JSON object; an error comes back as `wrong`.

    do {person, does, with}: what a person does, with its arguments     see {person}: the screen
    batch {steps: [{person, does, with}, …], order, gap}: all of it in one batch of updates
    fault {kind, with, method, chance, times, seconds, chat} or {refused: name, …}: see faults.py; {} means no more
    release {}: let the answers go that `fault {kind: "Held"}` keeps back
    other_poller {seconds, pause, confirms}, other_sets_webhook {url, takes}, other_deletes_webhook {}
    echo_bot {person, answers}, odd_update {kind, body}, skip_message_ids {count}
    advance {seconds}, repeat {update}, state {}
    """

    def __init__(self, world: "Telegram") -> None:
        self.world = world
        self.people: dict[str, Person] = {}

    async def __call__(self, verb: str, given: Json) -> Json:
        verbs: dict[str, Callable[[Json], Json]] = {
            "do": self.do,
            "batch": self.batch,
            "release": self.release,
            "echo_bot": self.echo_bot,
            "see": self.see,
            "fault": self.fault,
            "advance": self.advance,
            "repeat": self.repeat,
            "state": self.state,
        }
        if verb not in verbs and verb not in _METHODS:
            return {"wrong": f"no verb {verb}; there are {', '.join([*verbs, *sorted(_METHODS)])}"}
        try:
            if verb in verbs:
                return verbs[verb](given)
            getattr(self.world, verb)(**given)
            return {}
        except (AssertionError, KeyError, TypeError, AttributeError, IndexError, ValueError) as wrong:
            return {"wrong": f"{type(wrong).__name__}: {wrong}"}

    def person(self, given: Json) -> Person:
        name = str(given["person"])
        if name not in self.people:
            user = User(6_500_000_001 + len(self.people), name, language_code="en")
            self.world.people[user.id] = user
            self.people[name] = Person(self.world, user)
        return self.people[name]

    def do(self, given: Json) -> Json:
        person, does, arguments = self.person(given), str(given["does"]), list(given.get("with", []))
        if does in _DEEDS_TO_A_MESSAGE:
            arguments[0] = person.chat.messages[arguments[0]]
        elif does not in _DEEDS:
            raise KeyError(does)
        getattr(person, does)(*arguments)
        return self.see(given)

    def batch(self, given: Json) -> Json:
        with self.world.batch(given.get("order"), float(given.get("gap", 0))):
            return {"steps": [self.do(step) for step in given["steps"]]}

    def echo_bot(self, given: Json) -> Json:
        name = str(given["person"])
        assert name not in self.people, f"{name} is there already"
        self.people[name] = self.world.echo_bot(name, int(given.get("answers", 100)))
        return self.see(given)

    def see(self, given: Json) -> Json:
        person = self.person(given)
        unanswered = sum(not tap.answered for tap in person.taps_made)
        return {"screen": [_shown(m) for m in person.screen], "unanswered": unanswered, "chat": person.chat.id}

    def fault(self, given: Json) -> Json:
        """`{kind: "Odd", with: {shape: "html"}, method, chance, times, seconds, chat}`; no kind means no more."""
        if not {"kind", "refused"} & given.keys():
            self.world.faults.release()
            self.world.faults.stop()
            return {}
        kinds = {kind.__name__: kind for kind in faults.Fault.__args__} | {"refused": refused}
        kind, arguments = given.get("kind", "refused"), dict(given.get("with", {}))
        if kind == "refused":
            arguments["name"] = given["refused"]
        made = kinds[kind](**arguments)
        plan: Json = {name: given[name] for name in ("method", "chance", "times", "chat") if name in given}
        if "seconds" in given:
            plan["until"] = self.world.clock.now() + float(given["seconds"])
        self.world.faults.plans.append(faults.Plan(made, **plan))
        return {}

    def release(self, _: Json) -> Json:
        self.world.faults.release()
        return {}

    def advance(self, given: Json) -> Json:
        self.world.clock.advance(float(given["seconds"]))
        return {}

    def repeat(self, given: Json) -> Json:
        self.world.updates.repeat(int(given["update"]))
        return {}

    def state(self, _: Json) -> Json:
        world = self.world
        calls = [_told(call) for call in world.calls]
        return {
            "calls": calls,
            "complaints": world.complaints,
            "waiting": len(world.updates.queue),
            "dropped": [update.id for update in world.updates.dropped],
            "transcripts": {name: person.transcript() for name, person in self.people.items()},
        }


def _told(call: Call) -> Json:
    told = {field.name: getattr(call, field.name) for field in dataclasses.fields(call)}
    return told | {"fault": repr(call.fault) if call.fault else None}


def _shown(message: Message) -> Json:
    return {"id": message.id, "bot": message.from_our_bot, "text": message.text, "buttons": message.labels}
