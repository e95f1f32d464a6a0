"""Whatever is interleaved, nothing is recorded that the person did not give to the question they saw.

Hypothesis mixes taps, double taps, words, old buttons, forged ones, redelivery, another order, restarts and releases.
After each the record, the screen and the toasts must be what an honest mind would expect.
"""

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from tests.support.running_bot import RunningBot, in_file, serving
from tests.support.simulated_people import RESUME, SimulatedPerson
from tests.support.telegram_double import Telegram, chats

WITHIN = 10.0
DEEDS = ("answers", "answers", "answers", "taps_twice", "taps_two", "taps_and_types", "types", "types_nonsense",
         "goes_back", "taps_old", "taps_old", "forges", "asks_why", "asks_for_help", "sends_a_thing")  # fmt: skip
PICK = st.integers(0, 30)


class RightAnswers(RuleBasedStateMachine):
    library: ClassVar[ContentBundle]

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.releases = 0
        self.run(self._begin())

    async def _begin(self) -> None:
        self.telegram = await self.stack.enter_async_context(Telegram(seed=4))
        await self._start()
        self.actor = SimulatedPerson(self.telegram.person(), self.library, "4")
        await self.actor.begins(WITHIN)
        await self.actor.taps("Go on", WITHIN)
        await self._check()

    async def _start(self) -> None:
        library = replace(self.library, version=f"{self.library.version}{self.releases or ''}")
        self.serving = serving(self.telegram, library, in_file(Path(self.folder)), paced=False)
        self.served: RunningBot = await self.serving.__aenter__()

    async def _stop(self) -> None:
        await self.serving.__aexit__(None, None, None)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    def teardown(self) -> None:
        if hasattr(self, "served"):
            self.run(self._stop())
            self.run(self.stack.aclose())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    # ---- after each deed

    async def _check(self) -> None:
        actor, kept = self.actor, await self._settled()
        assert actor.mind.allows(kept.session), f"recorded: {dict(kept.session.answers)}\n{actor.person.transcript()}"
        actor.mind.possible = [kept.session]
        assert all(tap.answered for tap in actor.person.taps_made)
        assert actor.open_cards() <= 1, actor.person.transcript()
        assert actor.doubles() == [], actor.person.transcript()
        last = actor.person.last
        assert last is not None
        assert actor.mind.sees(last.text) or RESUME in last.labels, actor.person.transcript()  # a list leads back
        assert self.telegram.complaints == []

    async def _settled(self) -> ChatRecord:
        """What is kept once nothing is owed any more."""
        for _ in range(500):
            await self.served.idle()
            await self.served.service.service.outbox.write_back(quiet_seconds=0)
            kept = await self.served.kept(self.actor.person)
            if kept and not kept.outbox and self.served.woken():
                return kept
            await asyncio.sleep(0.01)
        raise AssertionError(f"something stays owed\n{self.actor.person.transcript()}")

    @property
    def card(self) -> chats.Message | None:
        card = self.actor.person.card if hasattr(self, "actor") else None
        return card if card and "Back" in card.labels else None

    def does(self, name: str, seed: int) -> None:
        """One of the actor's deeds, its choices drawn from *seed*."""
        card = self.card
        assert card
        self.actor.old.append(card.copy())
        self.actor.chance.seed(seed)
        self.run(getattr(self.actor, name)(card, WITHIN))
        self.run(self._check())

    @precondition(lambda self: self.card)
    @rule(
        name=st.sampled_from(DEEDS),
        seed=st.integers(0, 10_000),
    )
    def deed(self, name: str, seed: int) -> None:
        self.does(name, seed)

    @precondition(lambda self: not self.card)
    @rule()
    def goes_on(self) -> None:
        self.run(self.actor._goes_on(WITHIN))
        self.run(self._check())

    @precondition(lambda self: self.card)
    @rule(names=st.lists(st.sampled_from(["answers", "types"]), min_size=1, max_size=2), seed=PICK, turn=PICK)
    def held_back_and_told_in_another_order(self, names: list[str], seed: int, turn: int) -> None:
        """Several deeds on one screen that reach the bot at once, in an order of Telegram's own."""
        card = self.card
        assert card
        self.actor.chance.seed(seed)
        self.telegram.updates.hold()
        shown = card.copy()
        press = self.actor.tap(self.actor._option(card), shown)
        if "types" in names:
            self.actor.writes("not sure")
            self.actor._of_one_moment(press, "not sure")
        else:
            self.actor.mind.does([press], [self.actor.tap(self.actor._option(card), shown)])
        held = len(self.telegram.updates._held or [])
        self.telegram.updates.release([(turn + n) % held for n in range(held)])
        self.run(self._check())

    @rule(seed=PICK)
    def told_again(self, seed: int) -> None:
        updates = list(self.telegram.updates.all)
        self.telegram.repeat(updates[seed % len(updates)])
        self.run(self._check())

    @rule(away=st.sampled_from([0, 1, 140]))
    def restarts(self, away: int) -> None:
        self.run(self._stop())
        self.telegram.clock.advance(away)
        self.run(self._start())
        self.run(self._check())

    @precondition(lambda self: self.card)
    @rule(seed=PICK)
    def a_tap_while_it_is_away(self, seed: int) -> None:
        card = self.card
        assert card
        self.run(self._stop())
        self.actor.chance.seed(seed)
        press = self.actor.tap(self.actor._option(card))
        self.actor.mind.does([press])
        self.run(self._start())
        self.run(self._check())

    @precondition(lambda self: self.card)
    @rule(seed=PICK)
    def a_release_between_the_card_and_the_tap(self, seed: int) -> None:
        """What stood there may have meant something else: nothing is recorded."""
        card = self.card
        assert card
        self.run(self._stop())
        self.actor.chance.seed(seed)
        self.actor.tap(self.actor._option(card))
        before = self.actor.mind.possible[0]
        self.releases += 1
        self.run(self._start())
        kept = self.loop.run_until_complete(self._settled())
        assert kept.session.answers == before.answers
        self.actor.mind.possible = [kept.session]
        self.run(self._check())


@pytest.fixture(autouse=True)
def told(library: ContentBundle) -> None:
    RightAnswers.library = library


RightAnswers.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestRightAnswers = RightAnswers.TestCase
