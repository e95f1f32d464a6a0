"""The bot is killed at each thing it does in a conversation, once for each: `python -m tests.long.killing --runs 400`.

Both stores: `--on file` and `--on server`, a real PostgreSQL; both without it.

After every death it is started again. At the end each answer is there, none twice, and the open question is the right
one and stands on the screen once.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.engine.snapshot import Snapshot
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from tests.support.killable_bot import NEVER, KillableBot
from tests.support.postgres_server import Server
from tests.support.results_header import made
from tests.support.running_bot import KEY
from tests.support.simulated_people import SimulatedPerson, is_met
from tests.support.telegram_double import Person, Telegram

SCRIPT = (
    "Go on",
    "Bleeding after sex",
    "Yes, one or more",
    "I tapped that by mistake",
    "2x No, none",
    "sees How much blood",
    "> no blood at all to How much blood",
    "sees Could you be pregnant",
    "Back",
    "No blood at all",
    "sees Could you be pregnant",
)
EXPECTED = {"chooser.topic": "bleeding", "safety.signs": "no", "safety.blood_now": "none"}
WITHIN = 30.0


async def one_life(library: ContentBundle, at: int, seed: int, address: str = "") -> int:
    """One conversation with one death at point *at*; how many points there were before the first death or the end.

    *address* is that of a database; without one it is kept in a file.
    """
    where = {"SESSION_STORE": address, "SESSION_KEY": KEY} if address else {}
    with tempfile.TemporaryDirectory() as folder:
        async with Telegram(seed=seed) as telegram:
            told = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
            bot = KillableBot(told | where, Path(folder))
            bot.start(at)
            keeper = asyncio.create_task(_keep_alive(bot))
            actor = SimulatedPerson(telegram.person(), library, str(seed))
            try:
                await _tells(actor)
                await _lives(bot, actor.person)
            except AssertionError as wrong:
                wrong.add_note(f"killed at {at}; {bot.complaints()}")
                raise
            finally:
                keeper.cancel()
            points = bot.counted.value
            await bot.stop()
            if bot.was_killed:  # its death came while it was being stopped: whoever comes next sees to the rest
                bot.start(NEVER)
                await _lives(bot, actor.person)
                await bot.stop()
            await _is_right(bot, actor, at)
            assert telegram.complaints == [], telegram.complaints
            return int(points)


async def _keep_alive(bot: KillableBot) -> None:
    while True:
        if not bot.alive:
            bot.start(NEVER)
        await asyncio.sleep(0.02)


async def _lives(bot: KillableBot, person: Person) -> None:
    """Wait until it has lived for a while, so that a death at the very end is followed by a life.

    On a server whoever comes next waits until the one before is known to be dead, however long that takes here.
    """
    await asyncio.sleep(0.3)
    while not bot.alive or bot.age < 2.0 or not bot.counted.value:
        await asyncio.sleep(0.1)
    done = 0
    while done < bot.counted.value:  # on a busy machine it may only just have begun
        done = bot.counted.value
        await asyncio.sleep(0.5)
    end = time.monotonic() + WITHIN
    while bot.on_server and (await _kept(bot, person)).outbox and time.monotonic() < end:
        await asyncio.sleep(0.2)


async def _kept(bot: KillableBot, person: Person) -> ChatRecord:
    """What is kept of *person*; nothing, where there is no row."""
    store = bot.store()
    row = await store.load(str(person.chat.id))
    await store.close()
    return ChatRecord.from_json(row.text) if row else ChatRecord()


async def _tells(actor: SimulatedPerson) -> None:
    """Go through the script: each line when what it needs is on the screen."""
    person = actor.person
    await actor.begins(WITHIN)
    for line in SCRIPT:
        if line.startswith("sees "):
            await person.until(lambda line=line: person.last and line[5:] in person.last.text, WITHIN)  # type: ignore[misc]
        elif line.startswith(">"):
            await _types(person, *line.removeprefix("> ").split(" to "))
        else:
            await _taps(person, line.removeprefix("2x "), 2 if line.startswith("2x") else 1)
    await person.settled(quiet=0.3, within=WITHIN)


async def _taps(person: Person, label: str, times: int) -> None:
    """Tap as soon as the bot's last message has that button, and wait until every tap is met."""
    await person.until(lambda: person.last and label in (*person.last.labels, *person.last.meanings), WITHIN)
    card = person.last
    assert card
    shown = card.copy()
    for _ in range(times):
        person.taps(label, shown)
    await person.until(lambda: person.last and (person.last.id, person.last.text) != (shown.id, shown.text), WITHIN)
    await person.until(lambda: all(map(is_met, person.taps_made)), WITHIN)


async def _types(person: Person, words: str, question: str) -> None:
    """Type the answer to *question*, again if the bot was not sure that it had been seen."""
    for _ in range(4):
        seen = len(person.chat.history)
        person.writes(words)
        await person.until(lambda seen=seen: any(m.what in ("bot", "edit") for m in person.chat.history[seen:]), WITHIN)  # type: ignore[misc]
        await person.settled(quiet=0.3, within=WITHIN)
        if person.last and question not in person.last.text:
            return
    raise AssertionError(f"the words were never heard\n{person.transcript()}")


async def _is_right(bot: KillableBot, actor: SimulatedPerson, at: int) -> None:
    person = actor.person
    kept, where = await _kept(bot, person), f"killed at {at}\n{person.transcript()}"
    assert dict(kept.session.answers) == EXPECTED, f"{dict(kept.session.answers)} {where}"
    assert kept.outbox == (), f"something is owed: {where}"
    stands = Snapshot(actor.mind.library, kept.session).current_message().text
    assert person.last is not None
    assert stands in person.last.text, f"another question stands there: {where}"
    assert actor.open_cards() == 1, f"not one open card: {where}"
    assert actor.doubles() == [], f"a message stands there twice: {where}"
    assert all(map(is_met, person.taps_made)), f"a tap is unanswered: {where}"
    assert bot.complaints() == [], bot.complaints()


@dataclass(frozen=True, slots=True)
class Kills:
    """What the deaths came to. *wrong* says of each life that ended badly what was the matter."""

    on: str
    points: int
    kills: int
    seed: int
    seconds: float
    wrong: list[str]


async def many(runs: int, seed: int, server: Server | None = None, together: int = 2) -> Kills:
    """*runs* lives, each with its death at another point; on *server*, or in a file each."""
    library = load_bundle(content_root())[0]
    began, wrong = time.monotonic(), []
    points = await one_life(library, NEVER, seed, server.database() if server else "")
    every = list(range(1, points + 1))
    chosen = every if runs >= points else sorted(random.Random(seed).sample(every, runs))
    gate = asyncio.Semaphore(together)

    async def one(at: int) -> None:
        async with gate:
            try:
                await one_life(library, at, seed, server.database() if server else "")
            except AssertionError as fault:
                wrong.append(f"killed at {at}: {fault} {getattr(fault, '__notes__', '')}")

    await asyncio.gather(*(one(at) for at in chosen))
    on, took = "PostgreSQL" if server else "SQLite", round(time.monotonic() - began, 1)
    return Kills(on, points, len(chosen), seed, took, wrong)


async def everywhere(runs: int, seeds: list[int], where: str, together: int) -> list[Kills]:
    found = []
    if where != "server":
        found += [await many(runs, seed, None, together) for seed in seeds]
    if where != "file":
        server = Server().start()
        try:
            found += [await many(runs, seed, server, together) for seed in seeds]
        finally:
            server.remove()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--on", choices=["file", "server", "both"], default="both")
    parser.add_argument("--together", type=int, default=4, help="lives at once")
    parser.add_argument("--save", type=Path, help="keep the figures in this file too")
    given = parser.parse_args()
    found = asyncio.run(everywhere(given.runs, given.seeds, given.on, given.together))
    wrong = [line for kills in found for line in kills.wrong]
    figures = made("tests.long.killing") | {"kills": sum(kills.kills for kills in found), "wrong": len(wrong)}
    text = json.dumps(figures | {"lives": [asdict(kills) for kills in found]}, indent=1)
    print(text)
    if given.save:
        given.save.write_text(f"{text}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
