"""Small random flows with everything in them that flows can have, faults included: the prover's sparring partners."""

from random import Random

from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.content import Helpline, PhoneDirectory, RedFlag
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, Rule, State, Statement
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.promises import ForbiddenEnding, LengthBound, Promises, RedFlagExemption, SeparatePath, UncertaintyFloors
from bot.model.urgency import EMERGENCY_FLOOR, Floor, Urgency

WORDS = ("no", "mild", "not_sure", "prefer_not_to_say", "bad")  # the order in which options are listed
FLOORS = (Floor(Urgency.ROUTINE), Floor(Urgency.SOON, 14), Floor(Urgency.SOON, 7), Floor(Urgency.SAME_DAY))
URGENCIES = tuple(Urgency)


class RandomFlowMaker:
    """Makes one library. *names* are all the questions that there will be, with their options."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.asked: dict[str, tuple[str, ...]] = {}
        self.texts = 0

    def some(self, chance: float) -> bool:
        return self.random.random() < chance

    def library(self) -> ContentBundle:
        sizes = {CHOOSER_FLOW: self.random.choice((2, 3, 3)), "sub": self.random.choice((0, 1, 2))}
        for flow, size in sizes.items():
            for number in range(size):
                self.asked[f"{flow}.q{number}"] = self._options()
        flows = {CHOOSER_FLOW: self.flow(CHOOSER_FLOW, sizes[CHOOSER_FLOW], bool(sizes["sub"]))}
        if sizes["sub"]:
            flows["sub"] = self.flow("sub", sizes["sub"], False)
        return ContentBundle(
            version="",
            flows={BASE_LANGUAGE: flows},
            machines={name: build_machine(flow) for name, flow in flows.items()},
            pages={},
            phrases={},
            phone_directory=PhoneDirectory({}, (), Helpline("", "", "", "")),
            red_flags=tuple(self.red_flag(number) for number in range(2)),
            promises=self.promises(),
        )

    def _options(self) -> tuple[str, ...]:
        kept = [word for word in WORDS if self.some(0.6)]
        return tuple(kept) if len(kept) > 1 else WORDS[:2]

    # ---- guards

    def atom(self) -> Guard:
        if self.some(0.15):
            return UrgencyIs(frozenset(self.random.sample(URGENCIES[:4], self.random.choice((1, 2, 3)))))
        return self.answer()

    def answer(self, at: str = "") -> AnswerIs:
        at = at or self.random.choice(list(self.asked))
        options = self.asked[at]
        return AnswerIs(at, frozenset(self.random.sample(options, self.random.randint(1, max(1, len(options) - 1)))))

    def guard(self, depth: int = 2) -> Guard:
        chance = self.random.random()
        if depth == 0 or chance < 0.4:
            return self.atom()
        if chance < 0.55:
            return Not(self.guard(depth - 1))
        parts = tuple(self.guard(depth - 1) for _ in range(self.random.choice((2, 2, 3))))
        return AtLeast(self.random.randint(1, len(parts)), parts)

    def told(self) -> Guard:
        """A condition in which no question stands twice, so that what is open is easy to say."""
        asked = self.random.sample(list(self.asked), min(len(self.asked), self.random.choice((1, 1, 2, 3))))
        parts: tuple[Guard, ...] = tuple(
            Not(self.answer(at)) if self.some(0.15) else self.answer(at) for at in asked
        )  # fmt: skip
        return AtLeast(self.random.randint(1, len(parts)), parts) if len(parts) > 1 else parts[0]

    # ---- flows

    def flow(self, name: str, questions: int, calls: bool) -> Flow:
        names = [f"q{number}" for number in range(questions)]
        if self.some(0.5):
            names.insert(self.random.randint(0, len(names)), "told")
        if calls:
            names.insert(self.random.randint(0, len(names)), "run")
        ends = ["help_now", "today"] if name == "sub" else ["help_now", "today", "calm", "visit"]
        self.later = [*names, *(["back"] if name == "sub" else []), *ends]
        states = {state: self.state(name, state) for state in self.later}
        rules = tuple(self.rule() for _ in range(self.random.choice((0, 1, 2, 3))))
        return Flow(name, name, "1", names[0] if names else self.later[0], states, rules)

    def state(self, flow: str, name: str) -> State:
        only_if = self.guard() if self.some(0.3) else None
        match name:
            case "told":
                effect = Effect(self.random.choice(FLOORS)) if self.some(0.5) else Effect()
                return Statement(name, self.text(), self.goto(name), effect, only_if)
            case "run":
                return Call(name, "sub", self.goto(name), only_if)
            case "back":
                return Return(name)
            case "help_now":
                return Outcome(name, EMERGENCY_FLOOR, self.text())
            case "today":
                return Outcome(name, Floor(Urgency.SAME_DAY), self.text(), "x")
            case "calm":
                guard = self.guard() if self.some(0.6) else None
                return Outcome(name, Floor(Urgency.SELF_CARE), self.text(), "x", Effect(), "visit", guard)
            case "visit":
                return Outcome(name, self.random.choice(FLOORS[:3]), self.text(), "x")
            case _:
                return self.question(f"{flow}.{name}", name, only_if)

    def question(self, at: str, name: str, only_if: Guard | None) -> Question:
        goto = self.goto(name)
        options = tuple(self.option(id, name, goto) for id in self.asked[at])
        unordered = "a reason" if self.some(0.2) else ""
        return Question(name, self.text(), options, "x", "x", False, self.some(0.6), unordered, goto, only_if)

    def option(self, id: str, name: str, goto: str) -> Option:
        if id == "bad" and self.some(0.5):
            goto = "help_now"
        elif self.some(0.25):
            goto = self.goto(name)
        floor = self.random.choice(FLOORS) if self.some(0.35) else None
        pages = (self.text(),) if self.some(0.15) else ()
        return Option(id, id, goto, effect=Effect(floor, pages))

    def goto(self, name: str) -> str:
        """Mostly the next state; sometimes one further on, and now and then one that was passed already."""
        place = self.later.index(name)
        if self.some(0.015):
            return self.random.choice(self.later)
        return self.later[place + 1] if self.some(0.7) else self.random.choice(self.later[place + 1 :])

    def rule(self) -> Rule:
        if self.some(0.4):
            return Rule(self.guard(1), self.random.choice(("help_now", "help_now", "today")), why="x")
        floor = self.random.choice(FLOORS) if self.some(0.7) else None
        pages = (self.text(),) if floor is None or self.some(0.2) else ()
        return Rule(self.guard(1), "", Effect(floor, pages), "x")

    def text(self) -> str:
        self.texts += 1
        return f"text{self.texts}"

    # ---- promises

    def red_flag(self, number: int) -> RedFlag:
        needs = self.random.choice((Urgency.EMERGENCY, Urgency.EMERGENCY, Urgency.SAME_DAY, Urgency.SOON))
        return RedFlag(f"R0{number}", "x", needs, self.told())

    def promises(self) -> Promises:
        floors = (Floor(Urgency.ROUTINE), Floor(Urgency.SOON, 7), Floor(Urgency.SAME_DAY))
        urgencies = frozenset(self.random.sample(URGENCIES[:4], self.random.choice((1, 2))))
        numbers = range(self.random.choice((0, 0, 1, 2)))
        excuses = tuple(RedFlagExemption(f"e{number}", self.told(), "x", self.some(0.5)) for number in numbers)
        at = self.random.choice(list(self.asked))
        own = SeparatePath(at, frozenset(self.random.sample(self.asked[at], 1)), "x")
        given = self.answer()
        bounds = (
            LengthBound("all", 1, "x"),
            LengthBound("safe", 1, "x", "safety", {given.question: given.options}),
            LengthBound("sure", 1, "x", "questions", {}, frozenset({"not_sure"})),
        )
        unsure = UncertaintyFloors(self.random.choice(floors), self.random.choice(floors))
        never = (
            ForbiddenEnding("n", urgencies, self.told(), "x"),
            ForbiddenEnding("l", frozenset(), self.told(), "x", self.random.choice(FLOORS)),
        )
        return Promises(never, excuses, unsure, (own,) if self.some(0.3) else (), bounds)
