"""A person's whole evening over the real bot and the double: a script of what they do, and all that then happens.

What they do begins with `>`:

    > /start, > words         written
    > [Yes]                   a button, by its label, on the last message that has it; also `[Yes] on #4`, `[Yes] twice`
    > (2 hours later)         time goes by: minutes, hours or days
    > (sends a photo)         or whatever else is no text: see tests/support/telegram_double/matter.py
    > (rewrites #5: words)    edits what they wrote
    > (removes #5)            deletes a message themselves
    > (the bot restarts)      (a new release), (a release is recalled)

What happens is written below: `+ #2` the bot's new message, `~ #2` a message that it changed, `- #2` one that it took
away, `! …` a toast. Covered words stand between bars, ||like this||, bold ones between stars. A message that may be
forwarded says so. A remark `# app: es` tells what language their app speaks, `# drafts` that drafts may be chosen.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack

from bot.model.bundle import ContentBundle
from bot.sessions.stores.memory import MemoryStore
from tests.support.running_bot import RunningBot, serving
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.chats import Message, Moment

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
READING = 20  # seconds that somebody takes between two things
SIGNS = {"bot": "+", "edit": "~", "delete": "-"}
AROUND = {"spoiler": "||", "bold": "**"}


class LastingStore(MemoryStore):
    """A memory that outlives the bot."""

    async def close(self) -> None:
        return


class Evening:
    """One person, one bot. *libraries*: what it speaks from now, then what a new release brings."""

    def __init__(self, telegram: Telegram, person: Person, libraries: Iterable[ContentBundle]) -> None:
        self.telegram, self.person, self.libraries = telegram, person, [*libraries]
        self.store, self.told = LastingStore(), 0
        self.words: dict[int, str] = {}  # of each message, as they were last
        self.older: list[ContentBundle] = []
        self.bot: RunningBot
        self._stack = AsyncExitStack()

    async def opens(self) -> None:
        running = serving(
            self.telegram, self.libraries[0], self.store, self.telegram.clock.now, paced=False, older=self.older
        )
        self.bot = await self._stack.enter_async_context(running)

    async def closes(self) -> None:
        await self._stack.aclose()

    # ---- what the person does

    async def does(self, line: str) -> None:
        self.telegram.clock.advance(READING)
        if aside := re.fullmatch(r"\((.+)\)", line):
            await self._meanwhile(aside[1])
        elif tap := re.fullmatch(r"\[(.+?)\](?: on #(\d+))?( twice)?", line):
            for _ in range(2 if tap[3] else 1):
                self.person.taps(tap[1], self._with(tap[1], int(tap[2] or 0)))
        else:
            self.person.writes(line)
        await self.bot.idle()

    def _with(self, label: str, id: int) -> Message:
        """The message with that *id*, as it was when it last had that button; or the last one that has it now."""
        once = [m.shown for m in self.person.chat.history if m.message == id and m.shown]
        found = [m for m in once or self.person.screen if any(label in words for words in (*m.labels, *m.meanings))]
        assert found, f"no button {label!r}"
        return found[-1]

    async def _meanwhile(self, what: str) -> None:
        match re.split(r" #?(\d+):? ?", what) if "#" in what or what[0].isdecimal() else [what]:
            case ["rewrites", id, words]:
                self.person.edits(self.person.chat.messages[int(id)], words)
            case ["removes", id, _]:
                self.person.deletes(self.person.chat.messages[int(id)])
            case [what] if time := re.fullmatch(r"(\d+) (minute|hour|day)s? later", what):
                self.telegram.clock.advance(int(time[1]) * SECONDS[time[2]])
            case [what] if what.startswith("sends a "):
                self.person.sends(what.removeprefix("sends a "))
            case [what]:
                await self._restarts(what)

    async def _restarts(self, what: str) -> None:
        await self.closes()
        if what != "the bot restarts":
            before, *self.libraries = self.libraries
            self.older = [before] if what == "a new release" else []
        await self.opens()
        while not self.bot.woken():
            await asyncio.sleep(0.005)

    # ---- what happens

    def news(self) -> Iterator[str]:
        """The lines of all that has happened since the last time."""
        history = self.person.chat.history
        moments, self.told = history[self.told :], len(history)
        for moment in moments:
            yield from told(moment, self.words)
            self.words[moment.message] = _marked(moment.shown) if moment.shown else ""


def told(moment: Moment, before: Mapping[int, str]) -> Iterator[str]:
    """The lines of one *moment*. Words that stood there *before* are not said again."""
    match moment.what:
        case "bot" | "edit":
            assert moment.shown
            words, rows = _marked(moment.shown), moment.shown.rows
            same = before.get(moment.message) == words
            notes = ["may be forwarded"] * (not moment.shown.protected) + ["the same words"] * same
            yield ", ".join((f"{SIGNS[moment.what]} #{moment.message}", *notes, *["no buttons"] * (same and not rows)))
            if not same:
                yield from (f"  {line}".rstrip() for line in words.split("\n"))
            yield from (f"  {' '.join(map(_button, row))}" for row in rows)
        case "delete":
            yield f"- #{moment.message} {moment.text.splitlines()[0][:50]}"
        case "toast" | "alert":
            yield f"! {moment.text}"
        case "person":
            yield f"= #{moment.message}"


def _button(button: dict[str, object]) -> str:
    return f"[{button['text']}]{' copies' if 'copy_text' in button else ''}"


def _marked(message: Message) -> str:
    """The words, covered and bold ones between their signs; a contact as its name and number."""
    if contact := message.content.get("contact"):
        return f"(a contact to call: {contact['first_name']}, {contact['phone_number']})"
    units = message.text.encode("utf-16-le")
    edges: dict[int, str] = {}
    for entity in message.entities:
        for at in (entity["offset"], entity["offset"] + entity["length"]):
            edges[at] = edges.get(at, "") + AROUND.get(entity["type"], "")
    parts, last = [], 0
    for at in sorted(edges):
        parts += [units[last * 2 : at * 2].decode("utf-16-le"), edges[at]]
        last = at
    return "".join((*parts, units[last * 2 :].decode("utf-16-le")))


# ---- whole evenings


def remarked(text: str, name: str) -> str:
    """What a remark such as `# app: es` says; nothing where there is none."""
    found = re.search(rf"^# {name}(?:: (.*))?$", text, re.MULTILINE)
    return (found[1] or name) if found else ""


async def record(text: str, *libraries: ContentBundle) -> str:
    """Have the evening that the `>` lines of *text* tell, and write all of it down."""
    written: list[str] = []
    async with Telegram(seed=1) as telegram:
        evening = Evening(telegram, telegram.person("Ana", remarked(text, "app") or "en"), libraries)
        await evening.opens()
        try:
            for line in text.splitlines():
                if line.startswith("#"):
                    written.append(line)
                elif line.startswith(">"):
                    await evening.does(line.removeprefix(">").strip())
                    written += ["", line, *evening.news()]
        except AssertionError as error:
            raise AssertionError(f"at {line!r}: {error}\n" + "\n".join(written[-60:])) from None
        finally:
            await evening.closes()
        assert telegram.complaints == [], "what a good bot never does"
    return "\n".join(written) + "\n"
