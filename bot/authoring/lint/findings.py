"""The linter itself: every diagnostic with its location, suppressions, and suppressions that match nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from bot.authoring.lint import message_length as longest
from bot.authoring.lint import patterns
from bot.authoring.lint import size_limits as limits
from bot.authoring.lint.reading_level import Levels
from bot.authoring.lint.texts import Atlas, Said, strings
from bot.authoring.lint.unexplained_terms import Strange
from bot.authoring.parsing.readers.options import LABEL
from bot.model.bundle import BASE, Library, filed
from bot.model.diagnostics import Place, Problem
from bot.model.flow import Question
from bot.model.style_guide import Manners, Silence
from bot.proof.context import Case

CODED = {  # the rules that are not written as patterns: slug and reason
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
    """A text that breaks a rule: the message for the author, and the *words* at *offset* that break it."""

    said: Said
    slug: str
    message: str
    words: str
    at: int = 0
    hint: str = ""

    def silenced_by(self, silence: Silence) -> bool:
        """Whether the suppression covers this violation.

        It covers a file or state, one rule, and words that contain the offending ones.
        """
        if silence.rule != self.slug or self.said.scope[: len(silence.scope)] != silence.scope:
            return False
        text, start = self.said.text, 0
        while (start := text.find(silence.words, start)) >= 0:
            if start <= self.at and self.at + len(self.words) <= start + len(silence.words):
                return True
            start += 1
        return False

    def problem(self, atlas: Atlas) -> Problem:
        """Return the violation as a diagnostic with its location."""
        first = self.words.split("\n")[0]
        return Problem(self.said.place(atlas, self.at, first), self.slug, self.message, self.hint)


def findings(library: Library, atlas: Atlas, levels: Levels | None = None) -> Iterator[Problem]:
    """Yield a diagnostic for every text that breaks a rule of its language.

    *reading_levels* may hold levels that were measured before.
    """
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
    """Yield the texts without those that a draft translation still has in English: the English rules check these."""
    english = set()
    for said in texts:  # English comes first
        if said.language in ("", BASE):
            english.add(said.text)
        elif said.text in english:
            continue
        yield said


def silenced(library: Library, atlas: Atlas) -> Iterator[str]:
    """Yield one line for every suppression, so that each can be judged again."""
    for silence in library.silences:
        place = atlas.get(silence.key, Place("/".join(silence.scope), 1, 1))
        yield f"{place.file}:{place.line}: silenced: '{silence.words}' [{silence.rule}]: {silence.why}"


def _idle(library: Library, atlas: Atlas, used: set[Silence]) -> Iterator[Problem]:
    """Yield a diagnostic for each suppression that no violation used."""
    for silence in library.silences:
        if silence not in used:
            place = atlas.get(silence.key, Place("/".join(silence.scope), 1, 1))
            message = f"nothing here breaks '{silence.rule}' with '{silence.words}'"
            yield Problem(place, "idle-silence", message, "delete it")


def _broken(library: Library, texts: list[Said], levels: Levels) -> Iterator[Broken]:
    """Yield every violation in *texts*: patterns, sizes, unexplained terms, reading levels."""
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
    """Yield the violations of the pattern rules of a style guide in one text."""
    for rule in manners.rules:
        for at, words in patterns.broken(rule, said):
            message = f"'{words}': {rule.why}" if words else rule.why
            yield Broken(said, rule.slug, message, words, at, rule.say)


def _strange(strange: Strange, said: Said) -> Iterator[Broken]:
    """Yield a violation for each term in a text that is not explained."""
    for at, word in strange.unexplained(said):
        message = f"nothing here explains '{word}'"
        yield Broken(said, "unexplained", message, word, at, "explain it here, or add it to content/glossary.yaml")


def _sized(manners: Manners, said: Said) -> Iterator[Broken]:
    """Yield the violations of size limits in one text: long sentences, questions, labels."""
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
    """Yield the violations of reading-level limits: each text that is too hard, and groups whose median is too high."""
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
    """Yield a diagnostic for each ending that some conversation makes too long for one message.

    Only the proof knows which texts can come together.
    """
    for scope, length in longest.long_endings(case):
        yield _too_long(atlas, scope, length)


def _too_long(atlas: Atlas, scope: tuple[str, ...], length: int) -> Problem:
    """Return the diagnostic for a message that can become too long."""
    message = f"this can fill a message of {length} characters, and Telegram takes {longest.MESSAGE}"
    return Problem(_at(atlas, scope), "long-message", message, "say less here")


def _fitting(library: Library, atlas: Atlas) -> Iterator[Problem]:
    """Yield a diagnostic for each message too long, callback data too large, and pair of buttons with equal labels."""
    for scope, length in longest.long_messages(library):
        yield _too_long(atlas, scope, length)
    for language in library.spoken:
        for name, data in limits.data_of_buttons(library, language):
            if len(data.encode()) > limits.DATA:
                message = f"the button '{data}' takes {len(data.encode())} bytes, and {limits.DATA} are the most"
                yield Problem(_at(atlas, (name,)), "long-data", message, "a shorter name")
        yield from _alike(library, atlas, language)


def _alike(library: Library, atlas: Atlas, language: str) -> Iterator[Problem]:
    """Yield a diagnostic for each option whose label is also on another option of its question."""
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
    """Return the location filed under *scope*, else under its first part, else the first line of that file."""
    return atlas.get(scope) or atlas.get(scope[:1]) or Place("/".join(scope), 1, 1)
