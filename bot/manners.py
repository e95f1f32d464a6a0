"""How the bot may and may not speak, as data: the rules of one language, and what their authors silenced."""

import re
from dataclasses import dataclass

Patterns = tuple[re.Pattern[str], ...]
ANY_GRADE = 99.0


@dataclass(frozen=True, slots=True)
class Leave:
    """When a rule lets its words stand. Everything that is written here must hold.

    *on* says in which texts, *not_on* in which never; *with_* must all be found beside the words, *without* not one.
    """

    on: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    with_: Patterns = ()
    without: Patterns = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that no text may *never* have, or that each text must *always* have; *on* says which texts, none means all.

    *why* is one line for the author, *say* what to write instead. Each rule's own examples are in `tests/wording`.
    """

    slug: str
    why: str
    say: str = ""
    on: tuple[str, ...] = ()
    never: Patterns = ()
    always: Patterns = ()
    unless: tuple[Leave, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """The hardest a text of *on* may be to read, and the *median* of all of them, as Flesch-Kincaid school grades."""

    on: tuple[str, ...]
    most: float
    median: float = ANY_GRADE


@dataclass(frozen=True, slots=True)
class Jargon:
    """A *word* that not everybody knows, and the ways in which a text may explain it, all as patterns."""

    word: str
    explained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manners:
    """The rules of one *language*, and its *terms*: words that want explaining."""

    language: str
    rules: tuple[Rule, ...] = ()
    terms: tuple[Jargon, ...] = ()
    sentence: int = 20  # words in the longest sentence
    lines: int = 4  # of a question, besides its list
    grades: tuple[Grade, ...] = ()
    labels: tuple[str, ...] = ()  # the phrases that stand on buttons


@dataclass(frozen=True, slots=True)
class Silence:
    """An author's word that a rule is wrong about certain *words* of one file (or of one state of a flow), and *why*.

    *scope* is how the texts it speaks for are filed: ("safety",), ("safety", "signs"), ("coil.md",).
    """

    scope: tuple[str, ...]
    rule: str
    words: str
    why: str

    @property
    def key(self) -> tuple[str, ...]:
        """What it is itself filed under in an atlas."""
        return (*self.scope, "silence", self.rule, self.words)
