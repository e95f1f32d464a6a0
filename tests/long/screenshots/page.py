"""The double's messages as one HTML page with a phone for each screen: no script in it, and nothing from afar."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from tests.support.telegram_double.chats import Message

HERE = Path(__file__).parent
TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "code", "text_link": "a",
    "spoiler": 'span class="spoiler"', "blockquote": "span", "expandable_blockquote": "span",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phone:
    """One screen as one phone shows it."""

    name: str
    chat: tuple[Message, ...]
    width: int = 320
    dark: bool = False
    large: bool = False
    leftward: bool = False  # the whole app reads from right to left

    @property
    def id(self) -> str:
        looks = ["dark"] * self.dark + ["large"] * self.large
        return "-".join((self.name, str(self.width), *looks))

    def html(self) -> str:
        looks = " ".join(["phone"] + ["dark"] * self.dark + ["large"] * self.large)
        sides = "rtl" if self.leftward else "ltr"
        said = "".join(map(_message, self.chat))
        return (
            f'<section class="{looks}" id="{self.id}" dir="{sides}" style="--width:{self.width}px">'
            f'<div class="head">Confidante<small>bot</small></div><div class="chat">{said}</div>'
            f'<div class="write">Message</div></section>'
        )


def page(phones: Iterable[Phone]) -> str:
    style = (HERE / "phone.css").read_text(encoding="utf-8")
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style><body>{"".join(p.html() for p in phones)}'


def measuring() -> str:
    """The script that finds what is wrong, for the browser."""
    return (HERE / "measure.js").read_text(encoding="utf-8")


def _message(message: Message) -> str:
    kinds = ["said"] + ["mine"] * (not message.author.is_bot) + ["keyed"] * bool(message.rows)
    body = _contact(message.content["contact"]) if "contact" in message.content else _marked(message)
    rows = "".join(f'<div class="row">{"".join(map(_key, row))}</div>' for row in message.rows)
    return f'<div class="{" ".join(kinds)}"><div class="bubble">{body}<time>17:20</time></div>{rows}</div>'


def _key(button: dict[str, Any]) -> str:
    copies = " copy" if "copy_text" in button else ""
    return f'<div class="key{copies}"><span>{escape(button["text"])}</span></div>'


def _contact(contact: dict[str, str]) -> str:
    name = " ".join(filter(None, (contact["first_name"], contact.get("last_name"))))
    number = f'<span class="phone-number">{escape(contact["phone_number"])}</span>'
    return f'<div class="contact"><i></i><div><b>{escape(name)}</b>{number}</div></div>'


def _marked(message: Message) -> str:
    """The text with its entities as tags. They count in UTF-16 units, begin and end within each other, or apart."""
    units = message.text.encode("utf-16-le")
    tags: dict[int, list[str]] = {}
    for entity in sorted(message.entities, key=lambda e: (e["offset"], -e["length"])):
        if tag := TAGS.get(entity["type"]):
            tags.setdefault(entity["offset"], []).append(f"<{tag}>")
            tags.setdefault(entity["offset"] + entity["length"], []).insert(0, f"</{tag.split()[0]}>")
    edges = sorted({0, len(units) // 2, *tags})
    parts = []
    for here, next_ in zip(edges, [*edges[1:], edges[-1]], strict=True):
        parts += [*tags.get(here, ()), escape(units[here * 2 : next_ * 2].decode("utf-16-le"))]
    return "".join(parts)
