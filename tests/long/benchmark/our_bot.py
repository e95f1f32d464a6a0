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

from bot.adapters.telegram_bot.app import TelegramApp
from bot.adapters.telegram_bot.receiving.rate_limit import RateLimiter
from bot.authoring.loader import content_root, load_bundle
from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.flow import Flow, Option, Outcome, Question
from bot.model.urgency import EMERGENCY_FLOOR, LOWEST_FLOOR
from bot.operations.settings import Settings
from bot.sessions.stores.open_store import open_store
from tests.long.benchmark.dialog import ENDING, FLAG, HELP, OPTIONS, QUESTIONS

KEY = "a key for the benchmark that is long enough"


class UnlimitedRate(RateLimiter):
    """Counts, as in service, and lets everybody go on."""

    def allow(self, chat: int) -> bool:
        super().allow(chat)
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
    states["help"] = Outcome("help", EMERGENCY_FLOOR, HELP)
    states["ending"] = Outcome("ending", LOWEST_FLOOR, ENDING, "Start again if it gets worse.")
    return Flow(CHOOSER_FLOW, "benchmark", "1", names[0], states)


def library(questions: int = len(QUESTIONS), shipped: ContentBundle | None = None) -> ContentBundle:
    shipped = shipped or load_bundle(content_root())[0]
    flow = dialog(questions)
    return replace(
        shipped,
        flows={BASE_LANGUAGE: {CHOOSER_FLOW: flow}},
        machines={CHOOSER_FLOW: build_machine(flow)},
        red_flags=(),
        glossary={},
    )


def service(environment: Mapping[str, str], words: ContentBundle, paced: bool = False) -> TelegramApp:
    settings = Settings.from_environment({"SESSION_KEY": KEY, **environment})
    made = TelegramApp(settings, words, open_store(settings.store, settings.session_keys))
    made.update_handler.rate_limiter = RateLimiter() if paced else UnlimitedRate()
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flow", type=int, default=len(QUESTIONS), help="how many questions the flow has")
    parser.add_argument("--shipped", action="store_true", help="the shipped flows instead")
    parser.add_argument("--paced", action="store_true", help="chats are slowed down, as in service")
    parser.add_argument("--profile", help="write a profile there")
    given = parser.parse_args()
    words = load_bundle(content_root())[0] if given.shipped else library(given.flow)
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    asyncio.run(service(os.environ, words, given.paced).run())
    if given.profile:
        profile.dump_stats(given.profile)


if __name__ == "__main__":
    main()
