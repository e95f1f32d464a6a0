"""The bot is killed at each thing it does in a conversation, once for each: `python -m tests.killing --runs 400`.

After every death it is started again. At the end each answer is there, none twice, and the open question is the right
one and stands on the screen once.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from bot.kept import Kept
from bot.library import Library
from bot.loading import home, load
from bot.sealing import Sealer
from bot.stores.sqlite import open_file
from bot.talk import Talk
from tests.crowd import Actor, is_met
from tests.double import Person, Telegram
from tests.killed import NEVER, Mortal
from tests.serving import KEY

SCRIPT = (
    "Go on",
    "Bleeding after sex",
    "Yes, one or more",
    "I tapped that by mistake",
    "2x No, none",
    "sees How much blood",
    "> 1",
    "sees Could you be pregnant",
    "Back",
    "No blood at all",
    "sees Could you be pregnant",
)
EXPECTED = {"chooser.topic": "bleeding", "safety.signs": "no", "safety.blood_now": "none"}
WITHIN = 30.0


async def one_life(library: Library, at: int, seed: int) -> int:
    """One conversation with one death at point *at*; how many points there were before the first death or the end."""
    with tempfile.TemporaryDirectory() as folder:
        async with Telegram(seed=seed) as telegram:
            bot = Mortal({"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}, Path(folder))
            bot.start(at)
            keeper = asyncio.create_task(_keep_alive(bot))
            actor = Actor(telegram.person(), library, str(seed))
            try:
                await _tells(actor)
                await _lives(bot)
            except AssertionError as wrong:
                wrong.add_note(f"killed at {at}; {bot.complaints()}")
                raise
            finally:
                keeper.cancel()
            points = bot.counted.value
            await bot.stop()
            await _is_right(bot, actor, at)
            assert telegram.complaints == [], telegram.complaints
            return int(points)


async def _keep_alive(bot: Mortal) -> None:
    while True:
        if not bot.alive:
            bot.start(NEVER)
        await asyncio.sleep(0.02)


async def _lives(bot: Mortal) -> None:
    """Wait until it has lived for a while, so that a death at the very end is followed by a life."""
    await asyncio.sleep(0.3)
    while not bot.alive or bot.age < 2.0:
        await asyncio.sleep(0.1)


async def _tells(actor: Actor) -> None:
    """Go through the script: each line when what it needs is on the screen."""
    person = actor.person
    await actor.begins(WITHIN)
    for line in SCRIPT:
        if line.startswith("sees "):
            await person.until(lambda line=line: person.last and line[5:] in person.last.text, WITHIN)  # type: ignore[misc]
        elif line.startswith(">"):
            await _types(person, line.removeprefix("> "))
        else:
            await _taps(person, line.removeprefix("2x "), 2 if line.startswith("2x") else 1)
    await person.settled(quiet=0.3, within=WITHIN)


async def _taps(person: Person, label: str, times: int) -> None:
    """Tap as soon as the bot's last message has that button, and wait until every tap is met."""
    await person.until(lambda: person.last and label in person.last.labels, WITHIN)
    card = person.last
    assert card
    shown = card.copy()
    for _ in range(times):
        person.taps(label, shown)
    await person.until(lambda: person.last and (person.last.id, person.last.text) != (shown.id, shown.text), WITHIN)
    await person.until(lambda: all(map(is_met, person.taps_made)), WITHIN)


async def _types(person: Person, words: str) -> None:
    """Type the answer again if the bot was not sure that the question had been seen."""
    asked = person.last
    assert asked
    question = asked.text.splitlines()[0]
    for _ in range(4):
        seen = len(person.chat.history)
        person.writes(words)
        await person.until(lambda seen=seen: any(m.what in ("bot", "edit") for m in person.chat.history[seen:]), WITHIN)  # type: ignore[misc]
        await person.settled(quiet=0.3, within=WITHIN)
        if person.last and question not in person.last.text:
            return
    raise AssertionError(f"the words were never heard\n{person.transcript()}")


async def _is_right(bot: Mortal, actor: Actor, at: int) -> None:
    person = actor.person
    store = open_file(bot.file, Sealer([KEY]))
    row = await store.load(str(person.chat.id))
    await store.close()
    where = f"killed at {at}\n{person.transcript()}"
    assert row, where
    kept = Kept.from_json(row.text)
    assert dict(kept.session.answers) == EXPECTED, f"{dict(kept.session.answers)} {where}"
    assert kept.outbox == (), where
    stands = Talk(actor.mind.library, kept.session).stands().text
    assert person.last is not None
    assert stands in person.last.text, where
    assert actor.open_cards() == 1, where
    assert actor.doubles() == [], where
    assert all(map(is_met, person.taps_made)), where
    assert bot.complaints() == [], bot.complaints()


async def many(runs: int, seed: int, together: int = 2) -> str:
    """*runs* lives, each with its death at another point; a sentence for the results."""
    library = load(home())[0]
    began = time.monotonic()
    points = await one_life(library, NEVER, seed)
    every = list(range(1, points + 1))
    chosen = every if runs >= points else sorted(random.Random(seed).sample(every, runs))
    gate = asyncio.Semaphore(together)

    async def one(at: int) -> None:
        async with gate:
            await one_life(library, at, seed)

    await asyncio.gather(*(one(at) for at in chosen))
    took = time.monotonic() - began
    return f"{len(chosen)} deaths at {points} points, seed {seed}: no answer lost, none doubled ({took:.0f} s)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(asyncio.run(many(given.runs, given.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
