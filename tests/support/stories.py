"""Telling a story to the real engine: what is not said is the calm answer."""

from dataclasses import dataclass, field

import yaml

from bot.engine.session import ButtonPress, Event, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from tests.support.paths import DATA

STORIES = yaml.load((DATA / "stories.yaml").read_text(), Loader=yaml.BaseLoader)


def says(chat: "Chat", phrase: str) -> str:
    """One of the bot's own phrases."""
    return chat.library.text(phrase, "en")


@dataclass
class Chat:
    """One person and the bot: *last* is what the bot said to the last event, *asked* every question in order."""

    library: ContentBundle
    session: Session = field(default_factory=Session)
    last: tuple[Message, ...] = ()
    asked: list[str] = field(default_factory=list)

    def send(self, event: Event) -> Message:
        self.session, self.last = step(self.library, self.session, event)
        if self.screen.kind is MessageKind.QUESTION and self.screen.state_id not in self.asked[-1:]:
            self.asked.append(self.screen.state_id)
        return self.screen

    def press(self, id: str) -> Message:
        return self.send(ButtonPress(id, self.session.turn))

    @property
    def screen(self) -> Message:
        """The message that stands: the last one."""
        return self.last[-1]

    @property
    def text(self) -> str:
        return "\n\n".join(message.text for message in self.last)

    def begin(self, flow: str = "chooser") -> Message:
        self.send(Start(flow))
        return self.press(f"!go_on:{flow}")

    def until(self, at: str = "", **taps: str) -> Message:
        """Tap on until *at* is asked, or to the end. Names are `flow__question`; the rest is answered calmly."""
        wanted = {name.replace("__", ".", 1): value for name, value in taps.items()}
        return self.tap(wanted, at)

    def tap(self, taps: dict[str, str], at: str = "") -> Message:
        while self.screen.kind is MessageKind.QUESTION and self.screen.state_id != at:
            here = self.screen.state_id
            self.press(taps.get(here) or STORIES["defaults"].get(here) or self.screen.options[0].id)
        return self.screen
