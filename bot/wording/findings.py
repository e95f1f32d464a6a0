"""Every finding of the linter with its place, what authors silenced, and silences that silence nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from bot.flow import Question
from bot.library import BASE, Library, filed
from bot.manners import Manners, Silence
from bot.problem import Place, Problem
from bot.proof.case import Case
from bot.reading.options import LABEL
from bot.wording import limits, longest, patterns
from bot.wording.jargon import Strange
from bot.wording.reading_level import Levels
from bot.wording.strings import Atlas, Said, strings

CODED = {  # the rules that are no pattern, each with its reason
    "unexplained": "a word that not everybody knows is explained where it stands, or in the glossary",
    "long-sentence": "a long sentence is lost on somebody who is frightened",
    "long-question": "a question is read at a glance",
    "hard-to-read": "people of eleven, and people who learn the language, must understand it",
    "long-button": "a phone cuts a longer label off",
    "same-label": "nobody can tell two equal buttons apart",
    "long-message": "Telegram takes no longer message",
    "long-data": "a button's data must leave room for the session and the turn",
    "idle-silence": "a silence that silences nothing hides what somebody may write there later",
    "no-rules": "words that no rule looks at may say anything",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a text breaks: what the author is told, and the words that it is about."""

    said: Said
    slug: str
    message: str
    words: str
    at: int = 0
    hint: str = ""

    def silenced_by(self, silence: Silence) -> bool:
        """A silence speaks for a whole file or state, for one rule, and for words that stand around the broken ones."""
        if silence.rule != self.slug or self.said.scope[: len(silence.scope)] != silence.scope:
            return False
        text, start = self.said.text, 0
        while (start := text.find(silence.words, start)) >= 0:
            if start <= self.at and self.at + len(self.words) <= start + len(silence.words):
                return True
            start += 1
        return False

    def problem(self, atlas: Atlas) -> Problem:
        first = self.words.split("\n")[0]
        return Problem(self.said.place(atlas, self.at, first), self.slug, self.message, self.hint)


def findings(library: Library, atlas: Atlas, levels: Levels | None = None) -> Iterator[Problem]:
    """Everything that a person can read and that breaks a rule of its language. *levels* may know some grades."""
    used: set[Silence] = set()
    for broken in _broken(library, list(own_words(strings(library, atlas))), levels or Levels()):
        hushed = {silence for silence in library.silences if broken.silenced_by(silence)}
        used |= hushed
        if not hushed:
            yield broken.problem(atlas)
    yield from _idle(library, atlas, used)
    yield from _fitting(library, atlas)
    for language in sorted(filter(library.ships, {*library.spoken} - library.manners.keys())):
        place = Place("content/wording.yaml", 1, 1)
        yield Problem(place, "no-rules", f"there are no rules of speech for '{language}'", CODED["no-rules"])


def own_words(texts: Iterable[Said]) -> Iterator[Said]:
    """Without what a draft still says in English: the English rules look at that."""
    english = set()
    for said in texts:  # English comes first
        if said.language in ("", BASE):
            english.add(said.text)
        elif said.text in english:
            continue
        yield said


def silenced(library: Library, atlas: Atlas) -> Iterator[str]:
    """Every silence in one line, so that each can be judged again."""
    for silence in library.silences:
        place = atlas.get(silence.key, Place("/".join(silence.scope), 1, 1))
        yield f"{place.file}:{place.line}: silenced: '{silence.words}' [{silence.rule}]: {silence.why}"


def _idle(library: Library, atlas: Atlas, used: set[Silence]) -> Iterator[Problem]:
    for silence in library.silences:
        if silence not in used:
            place = atlas.get(silence.key, Place("/".join(silence.scope), 1, 1))
            message = f"nothing here breaks '{silence.rule}' with '{silence.words}'"
            yield Problem(place, "idle-silence", message, "delete it")


def _broken(library: Library, texts: list[Said], levels: Levels) -> Iterator[Broken]:
    strange = {language: Strange(library, language) for language in library.manners}
    for said in texts:
        if manners := library.manners.get(said.language or BASE):
            yield from _worded(manners, said)
            yield from _sized(manners, said)
            if said.language:
                yield from _strange(strange[said.language], said)
    for manners in library.manners.values():
        yield from _graded(manners, [said for said in texts if said.language == manners.language], levels)


def _worded(manners: Manners, said: Said) -> Iterator[Broken]:
    for rule in manners.rules:
        for at, words in patterns.broken(rule, said):
            message = f"'{words}': {rule.why}" if words else rule.why
            yield Broken(said, rule.slug, message, words, at, rule.say)


def _strange(strange: Strange, said: Said) -> Iterator[Broken]:
    for at, word in strange.unexplained(said):
        message = f"nothing here explains '{word}'"
        yield Broken(said, "unexplained", message, word, at, "explain it here, or add it to content/glossary.yaml")


def _sized(manners: Manners, said: Said) -> Iterator[Broken]:
    if not said.has("name"):
        for at, sentence, words in limits.long_sentences(said, manners.sentence):
            message = f"this sentence has {words} words, and {manners.sentence} are the most"
            yield Broken(said, "long-sentence", message, sentence, at, "make two of it")
    if said.has("ask") and (lines := limits.lines_of_question(said)) > manners.lines:
        message = f"this question takes {lines} lines, and {manners.lines} are the most"
        yield Broken(said, "long-question", message, "", 0, "a list may follow it, or 'explain'")
    if said.has("button", "label", "term", *manners.labels) and len(said.text) > LABEL:
        message = f"this label has {len(said.text)} characters, and a phone shows {LABEL}"
        yield Broken(said, "long-button", message, said.text, 0, "shorten it")


def _graded(manners: Manners, texts: Iterable[Said], levels: Levels) -> Iterator[Broken]:
    for wanted in manners.grades:
        found = [(levels.grade(said.text), said) for said in texts if said.has(*wanted.on)]
        measured = sorted(((level, said) for level, said in found if level is not None), key=lambda pair: pair[0])
        for level, said in measured:
            if level > wanted.most:
                message = f"this reads like school grade {level:.1f}, and {wanted.most} is the most"
                yield Broken(said, "hard-to-read", message, "", 0, "shorter words, shorter sentences")
        if measured and (middle := median(level for level, _ in measured)) > wanted.median:
            message = f"half of these texts read like grade {middle:.1f} or more, and {wanted.median} is the most"
            yield Broken(measured[-1][1], "hard-to-read", message, "", 0, "begin with this one")


def endings(case: Case, atlas: Atlas) -> Iterator[Problem]:
    """The endings that are too long for one message in some conversation: only the proof knows what comes together."""
    for scope, length in longest.long_endings(case):
        yield _too_long(atlas, scope, length)


def _too_long(atlas: Atlas, scope: tuple[str, ...], length: int) -> Problem:
    message = f"this can fill a message of {length} characters, and Telegram takes {longest.MESSAGE}"
    return Problem(_at(atlas, scope), "long-message", message, "say less here")


def _fitting(library: Library, atlas: Atlas) -> Iterator[Problem]:
    for scope, length in longest.long_messages(library):
        yield _too_long(atlas, scope, length)
    for language in library.spoken:
        for name, data in limits.data_of_buttons(library, language):
            if len(data.encode()) > limits.DATA:
                message = f"the button '{data}' takes {len(data.encode())} bytes, and {limits.DATA} are the most"
                yield Problem(_at(atlas, (name,)), "long-data", message, "a shorter name")
        yield from _alike(library, atlas, language)


def _alike(library: Library, atlas: Atlas, language: str) -> Iterator[Problem]:
    for flow in library.flows.get(language, {}).values():
        for state in flow.states.values():
            for option in limits.same_labels(state) if isinstance(state, Question) else ():
                message = f"another answer's button says '{option.label}' as well"
                yield Problem(
                    _at(atlas, (filed(flow.name, language), state.name, option.id)),
                    "same-label",
                    message,
                    "name what differs",
                )


def _at(atlas: Atlas, scope: tuple[str, ...]) -> Place:
    return atlas.get(scope) or atlas.get(scope[:1]) or Place("/".join(scope), 1, 1)
