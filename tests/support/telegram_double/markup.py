"""Telegram's HTML: few tags, no mercy. Text with tags in, plain text and its entities out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from tests.support.telegram_double.errors import unparsed
from tests.support.telegram_double.links import wrong_link

Json = dict[str, Any]

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler",
    "tg-spoiler": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_SENT = {*_KINDS.values(), "expandable_blockquote", "mention", "hashtag", "cashtag", "bot_command", "url", "email",
         "phone_number", "text_mention", "date_time"}  # fmt: skip
_TAG = re.compile(r"<(/?)([^\s<>]*)([^<>]*)(>?)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s*([A-Za-z][\w-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def units(text: str) -> int:
    """How long *text* is to Telegram's entities, which count UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    entity: Json


class _Parser:
    def __init__(self, source: str, complain: Callable[[str], None]) -> None:
        self.source, self.complain = source, complain
        self.at, self.plain = 0, ""
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            match self.source[self.at]:
                case "<":
                    self.tag()
                case "&":
                    self.reference()
                case sign:
                    self.plain += sign
                    self.at += 1
        if self.open:
            raise unparsed(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.plain, sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def reference(self) -> None:
        found = _ENTITY.match(self.source, self.at)
        if found is None:
            self.complain("a bare & in HTML")
            self.plain, self.at = self.plain + "&", self.at + 1
            return
        name, number, hexa = found.groups()
        self.plain += _NAMED[name] if name else chr(int(number or hexa, 10 if number else 16))
        self.at = found.end()

    def tag(self) -> None:
        found = _TAG.match(self.source, self.at)
        assert found
        ends, name, rest, closed = found.groups()
        where = f"at byte offset {len(self.source[: self.at].encode())}"
        if not closed:
            raise unparsed(f"Unclosed {'end' if ends else 'start'} tag {where}")
        self.at = found.end()
        if ends:
            self.end(name.lower(), where)
        else:
            self.begin(name.lower(), rest, where)

    def begin(self, tag: str, rest: str, where: str) -> None:
        if tag not in _KINDS:
            raise unparsed(f'Unsupported start tag "{tag}" {where}')
        if _ATTRIBUTE.sub("", rest).strip():
            raise unparsed(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')
        given = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(rest)}
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise unparsed(f'Tag "span" must have class "tg-spoiler" {where}')
        self.open.append(_Open(tag, {"type": _KINDS[tag], "offset": units(self.plain), **self.extra(tag, given)}))

    def extra(self, tag: str, given: dict[str, str]) -> Json:
        match tag:
            case "a":
                return {"url": given.get("href", "")}
            case "tg-emoji":
                return {"custom_emoji_id": given.get("emoji-id", "")}
            case "blockquote" if "expandable" in given:
                return {"type": "expandable_blockquote"}
            case _:
                return {}

    def end(self, tag: str, where: str) -> None:
        if not self.open:
            raise unparsed(f"Unexpected end tag {where}")
        opened = self.open.pop()
        if tag not in ("", opened.tag):
            raise unparsed(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag}>"')
        entity = opened.entity
        length = units(self.plain) - entity["offset"]
        if opened.tag == "a" and (wrong := wrong_link(entity["url"])):
            self.complain(f"a link in the text was dropped: {wrong}")
        elif length:
            self.entities.append({**entity, "length": length})


def parse(source: str, complain: Callable[[str], None]) -> tuple[str, list[Json]]:
    """What the HTML in *source* says; what Telegram lets pass in silence goes to *complain*."""
    return _Parser(source, complain).parse()


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """*text* without the white space around it, and its entities moved along."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text.replace("\r", ""))
    lead = units(text) - units(text.lstrip())
    kept, most = [], units(text.strip())
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        end = min(most, entity["offset"] + entity["length"] - lead)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text.strip(), kept


def strays(text: str, entities: list[Json]) -> Iterator[str]:
    """What Telegram drops of *entities* without a word: kinds that nobody may send, and what lies outside *text*."""
    whole, edges = units(text), {0, *accumulate(map(units, text))}
    for entity in entities:
        begin, end = entity.get("offset", -1), entity.get("offset", -1) + entity.get("length", 0)
        if entity.get("type") not in _SENT:
            yield f"an entity of the kind {entity.get('type')}"
        elif not 0 <= begin < end <= whole:
            yield "an entity outside the text"
        elif not {begin, end} <= edges:
            yield "an entity that begins or ends within a character"
