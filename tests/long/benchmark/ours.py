"""Our whole bot as a process of its own, with the benchmark's dialog in place of the shipped flows.

Everything is as in service, but for two things: it is not proved and signed (there is nothing clinical in it), and no
chat is slowed down to the pace of a person.
"""

import argparse
import asyncio
import cProfile
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.adapters.telegram_bot.app import Service
from bot.adapters.telegram_bot.receiving.rate_limit import Pace
from bot.authoring.loader import home, load
from bot.engine.machine import rule_book
from bot.model.bundle import BASE, CHOOSER, Library
from bot.model.flow import Flow, Option, Outcome, Question
from bot.model.urgency import EMERGENCY, LOWEST
from bot.operations.settings import Settings
from bot.sessions.stores.open_store import opened
from tests.long.benchmark.dialog import ENDING, FLAG, HELP, OPTIONS, QUESTIONS

KEY = "a key for the benchmark that is long enough"


class Unhurried(Pace):
    """Counts, as in service, and lets everybody go on."""

    def allows(self, chat: int) -> bool:
        super().allows(chat)
        return True


def dialog(questions: int = len(QUESTIONS)) -> Flow:
    """The dialog as a flow; with more *questions* than were recorded, they come again."""
    names = [f"q{number}" for number in range(questions)]
    states: dict[str, Any] = {}
    for number, name in enumerate(names):
        goto = names[number + 1] if number + 1 < questions else "ending"
        ends = ["help" if number == questions - 1 and at == FLAG[1] else goto for at in range(3)]
        choices = tuple(Option(f"o{at}", text, ends[at]) for at, text in enumerate(OPTIONS))
        states[name] = Question(name, QUESTIONS[number % len(QUESTIONS)], choices, "why", "what", goto=goto)
    states["help"] = Outcome("help", EMERGENCY, HELP)
    states["ending"] = Outcome("ending", LOWEST, ENDING, "Start again if it gets worse.")
    return Flow(CHOOSER, "benchmark", "1", names[0], states)


def library(questions: int = len(QUESTIONS), shipped: Library | None = None) -> Library:
    shipped = shipped or load(home())[0]
    flow = dialog(questions)
    return replace(
        shipped, flows={BASE: {CHOOSER: flow}}, machines={CHOOSER: rule_book(flow)}, red_flags=(), glossary={}
    )


def service(environment: Mapping[str, str], words: Library, paced: bool = False) -> Service:
    settings = Settings.from_environment({"SESSION_KEY": KEY, **environment})
    made = Service(settings, words, opened(settings.store, settings.keys))
    made.inbox.pace = Pace() if paced else Unhurried()
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flow", type=int, default=len(QUESTIONS), help="how many questions the flow has")
    parser.add_argument("--shipped", action="store_true", help="the shipped flows instead")
    parser.add_argument("--paced", action="store_true", help="chats are slowed down, as in service")
    parser.add_argument("--profile", help="write a profile there")
    given = parser.parse_args()
    words = load(home())[0] if given.shipped else library(given.flow)
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    asyncio.run(service(os.environ, words, given.paced).run())
    if given.profile:
        profile.dump_stats(given.profile)


if __name__ == "__main__":
    main()
