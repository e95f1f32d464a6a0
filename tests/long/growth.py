"""How the proof grows: generated flows of 20, 60, 200 and 1,000 questions, built like the shipped ones, and those too.

`python -m tests.long.growth` proves each in a process of its own and writes tests/results/growth.md.
"""

import os
import platform
import resource
import sys
from datetime import date
from itertools import count
from multiprocessing import get_context
from random import Random
from time import perf_counter, process_time

from bot.authoring.check.command import abbreviate_number
from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.content import Helpline, PhoneDirectory, RedFlag
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, Rule, State
from bot.model.guards import AnswerIs, AtLeast, Guard, UrgencyIs
from bot.model.promises import Promises, UncertaintyFloors
from bot.model.urgency import EMERGENCY_FLOOR, LOWEST_FLOOR, Floor, Urgency
from bot.proof.prover import Proof, prove
from tests.support.paths import RESULTS

SIZES = (20, 60, 200, 1000)
RESULTS = RESULTS / "growth.md"
ROUTINE, DAYS_14, DAYS_7, TODAY = (
    Floor(Urgency.ROUTINE), Floor(Urgency.SOON, 14), Floor(Urgency.SOON, 7), Floor(Urgency.SAME_DAY),
)  # fmt: skip
CALM = UrgencyIs(frozenset({Urgency.SELF_CARE, Urgency.ROUTINE, Urgency.SOON}))
WORRYING = frozenset({"mild", "bad", "not_sure", "prefer_not_to_say"})
SEVERE = frozenset({"bad", "not_sure"})
GATE = 4  # how many safety questions stand behind one gate


class GeneratedBundle:
    """A library of *size* questions: a chooser, a safety block that every topic runs, and topics of 30 at most."""

    def __init__(self, size: int, seed: int = 7) -> None:
        self.random, self.numbers = Random(seed), count(1)
        self.flags: list[RedFlag] = []
        block = min(40, size // 3)
        rest = size - block - 1
        topics = max(1, -(-rest // 30))
        sizes = [rest // topics + (number < rest % topics) for number in range(topics)]
        flows = [self.safety(block), *(self.topic(f"topic{n}", size) for n, size in enumerate(sizes)), today()]
        self.flows = {flow.name: flow for flow in [chooser(topics), *flows]}

    def library(self) -> ContentBundle:
        places = PhoneDirectory({}, (), Helpline("", "", "", ""))
        promises = Promises(uncertainty_floors=UncertaintyFloors(TODAY, TODAY))
        return ContentBundle("", {BASE_LANGUAGE: self.flows}, {}, {}, {}, places, tuple(self.flags), promises)

    def name(self) -> str:
        return f"q{next(self.numbers)}"

    # ---- the safety block: plain questions, and gates that open some more; a few of them together are an emergency

    def safety(self, size: int) -> Flow:
        names = [self.name() for _ in range(size)]
        self.remembered = names[:3]  # what topics look back at, as at an age or a pregnancy
        states: dict[str, State] = {}
        gate: list[str] = []
        for number, name in enumerate(names):
            goto = names[number + 1] if number + 1 < size else "done"
            if number % (2 * GATE + 2) == GATE and number + GATE < size:
                gate = names[number + 1 : number + 1 + GATE]
                states[name] = gatekeeper(name, gate, goto)
                opener = name
            elif name in gate:
                opens = AnswerIs(f"safety.{opener}", frozenset({name, "several", "not_sure"}))
                states[name] = self.danger("safety", name, goto, opens)
            else:
                states[name] = self.danger("safety", name, goto)
        rules = tuple(self.together("safety", names, states) for _ in range(size // 4))
        return Flow("safety", "x", "1", names[0], {**states, "done": Return("done"), "help": screen()}, rules)

    def danger(self, flow: str, name: str, goto: str, only_if: Guard | None = None) -> Question:
        """A safety question; its last answer is a red flag."""
        opened = (AnswerIs(f"{flow}.{name}", frozenset({"worst"})), *([only_if] if only_if else []))
        self.flags.append(RedFlag(f"R{len(self.flags):03}", "x", Urgency.EMERGENCY, AtLeast(len(opened), opened)))
        options = (
            Option("no", "x", goto),
            Option("mild", "x", goto, effect=Effect(self.random.choice((None, ROUTINE, DAYS_7)))),
            Option("prefer_not_to_say", "", goto, effect=Effect(TODAY)),
            Option("not_sure", "", goto, effect=Effect(TODAY)),
            Option("worst", "x", "help"),
        )
        return Question(name, name, options, "x", "x", safety=True, goto=goto, only_if=only_if)

    def together(self, flow: str, names: list[str], states: dict[str, State]) -> Rule:
        """Two answers that are worse together than each alone."""
        plain = [name for name in names if flow != "safety" or asked_of_all(states[name])]
        one = self.random.randrange(len(plain) - 1)
        other = plain[min(len(plain) - 1, one + self.random.randint(1, 6))]
        pair = [f"{flow}.{plain[one]}", f"{flow}.{other}"]
        if flow != "safety" and self.random.random() < 0.3:
            pair[0] = f"safety.{self.random.choice(self.remembered)}"
        parts = tuple(AnswerIs(at, WORRYING if at.startswith("safety.") else SEVERE) for at in pair)
        when = AtLeast(2, parts)
        if flow == "safety" and self.random.random() < 0.4:
            self.flags.append(RedFlag(f"R{len(self.flags):03}", "x", Urgency.EMERGENCY, when))
            return Rule(when, "help")
        return Rule(when, "", Effect(TODAY))

    # ---- a topic: the safety block first, then what can still change how soon; some is asked of some people only

    def topic(self, flow: str, size: int) -> Flow:
        names = [self.name() for _ in range(size)]
        states: dict[str, State] = {"first": Call("first", "safety", names[0])}
        for number, name in enumerate(names):
            goto = names[number + 1] if number + 1 < size else "today"
            before = names[max(0, number - self.random.randint(1, 5))]
            some = self.random.random() < 0.25 and before != name
            more = (AnswerIs(f"{flow}.{before}", WORRYING),) if some else ()
            states[name] = self.context(flow, name, goto, AtLeast(1 + len(more), (CALM, *more)))
        rules = [self.together(flow, names, states) for _ in range(size // 5)] if size > 1 else []
        states |= {"today": Call("today", "today", "home"), "home": home_care(), "visit": planned()}
        return Flow(flow, "x", "1", "first", states, tuple(rules))

    def context(self, flow: str, name: str, goto: str, only_if: Guard) -> Question:
        low, high = sorted(self.random.choices((LOWEST_FLOOR, ROUTINE, DAYS_14, DAYS_7), k=2))
        options = (
            Option("no", "x", goto),
            Option("mild", "x", goto, effect=Effect(low)),
            Option("prefer_not_to_say", "", goto, effect=Effect(low)),
            Option("not_sure", "", goto, effect=Effect(high)),
            Option("bad", "x", goto, effect=Effect(max(high, self.random.choice((DAYS_7, TODAY))), (name,))),
        )
        return Question(name, name, options, "x", "x", goto=goto, only_if=only_if)


def asked_of_all(state: State) -> bool:
    return isinstance(state, Question) and not state.unordered and state.only_if is None


def chooser(topics: int) -> Flow:
    names = [f"topic{number}" for number in range(topics)]
    options = [Option(name, "x", name) for name in names]
    quiet = [Option(id, "", names[0], effect=Effect(DAYS_14)) for id in ("not_sure", "prefer_not_to_say")]
    ask = Question("ask", "x", (*options, *quiet), "x", "x", unordered="these are topics")
    states: dict[str, State] = {"ask": ask, **{name: Call(name, name, "end") for name in names}, "end": Return("end")}
    return Flow(CHOOSER_FLOW, "x", "1", "ask", states)


def gatekeeper(name: str, opens: list[str], goto: str) -> Question:
    ids = ["none", *opens, "several"]
    quiet = [Option(id, "", goto, effect=Effect(TODAY)) for id in ("not_sure", "prefer_not_to_say")]
    options = (*(Option(id, "x", goto) for id in ids), *quiet)
    return Question(name, name, options, "x", "x", safety=True, unordered="different kinds of things", goto=goto)


def screen() -> Outcome:
    return Outcome("help", EMERGENCY_FLOOR, "x")


def today() -> Flow:
    ending = Outcome("ending", TODAY, "x", "x", goto="later", only_if=UrgencyIs(frozenset({Urgency.SAME_DAY})))
    return Flow("today", "x", "1", "ending", {"ending": ending, "later": Return("later")})


def home_care() -> Outcome:
    return Outcome("home", LOWEST_FLOOR, "x", "x", goto="visit", only_if=UrgencyIs(frozenset({Urgency.SELF_CARE})))


def planned() -> Outcome:
    return Outcome("visit", ROUTINE, "x", "x")


# ---- measuring


def measured(size: int) -> tuple[str, ...]:
    """A line of the table, from a process of its own."""
    library = GeneratedBundle(size).library() if size else load_bundle(content_root())[0]
    questions = sum(len(list(flow.questions())) for flow in library.flows[BASE_LANGUAGE].values())
    began, wall = process_time(), perf_counter()
    proof = prove(library)
    seconds, waited = process_time() - began, perf_counter() - wall
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        "generated" if size else "shipped",
        f"{questions:,}",
        f"{len(library.red_flags):,}",
        abbreviate_number(proof.conversation_count),
        f"{proof.state_count:,}",
        f"{seconds:.1f} s",
        f"{waited:.1f} s",
        f"{megabytes} MB",
        verdict(proof),
    )


def verdict(proof: Proof) -> str:
    return "all hold" if proof.holds else ", ".join(sorted({finding.code for finding in proof.findings}))


AGAIN = "Again: `python -m tests.long.growth`. How the generated flows are made stands there."
HEAD = ("flows", "questions", "red flags", "conversations", "situations", "processor", "waited", "memory", "promises")


def main(sizes: tuple[int, ...]) -> None:
    lines = ["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|"]
    for size in sizes:
        with get_context("spawn").Pool(1) as pool:
            lines.append("| " + " | ".join(pool.apply(measured, (size,))) + " |")
        print(lines[-1], flush=True)
    busy = f"{os.getloadavg()[0]:.1f} processes shared {os.cpu_count()} cores"
    head = ("# How the proof grows", f"{date.today()}, Python {platform.python_version()}; {busy}.", AGAIN)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n\n".join((*head, "\n".join(lines))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (0, *SIZES))
