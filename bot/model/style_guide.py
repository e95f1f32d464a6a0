"""The style guide as data: the rules for texts in one language, and the suppressions that authors wrote."""

import re
from dataclasses import dataclass

Patterns = tuple[re.Pattern[str], ...]
NO_GRADE_LIMIT = 99.0


@dataclass(frozen=True, slots=True)
class StyleExemption:
    """An exemption from a style rule. All of its conditions must hold.

    It *applies_to* these texts, never to *excluded_texts*; all *required_patterns* must be found next to the words,
    and none of *forbidden_patterns*.
    """

    applies_to: tuple[str, ...] = ()
    excluded_texts: tuple[str, ...] = ()
    required_patterns: Patterns = ()
    forbidden_patterns: Patterns = ()


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A style rule: patterns that a text must not have, or must have. *applies_to* says which texts; none means all.

    *why* is one line for the author, *suggestion* what to write instead. Examples of each rule are in
    `tests/data/lint_en`.
    """

    code: str
    why: str
    suggestion: str = ""
    applies_to: tuple[str, ...] = ()
    forbidden_patterns: Patterns = ()
    required_patterns: Patterns = ()
    exemptions: tuple[StyleExemption, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingGradeLimit:
    """The limit on how hard texts are to read, for each text and for their median, as Flesch-Kincaid school grades."""

    applies_to: tuple[str, ...]
    max_grade: float
    max_median: float = NO_GRADE_LIMIT


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word that not all people know, and the ways in which a text may explain it, all as patterns."""

    pattern: str
    explanation_patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StyleGuide:
    """The style guide of one *language*: its rules, its limits, and its *jargon*, words that must be explained."""

    language: str
    rules: tuple[StyleRule, ...] = ()
    jargon: tuple[Jargon, ...] = ()
    max_sentence_words: int = 20  # words in the longest sentence
    max_question_lines: int = 4  # of a question, besides its list
    grade_limits: tuple[ReadingGradeLimit, ...] = ()
    button_texts: tuple[str, ...] = ()  # the phrases that stand on buttons


@dataclass(frozen=True, slots=True)
class Suppression:
    """A suppression: an author says that a rule is wrong about *words* of one file or one state of a flow, and *why*.

    *scope* is the key of the texts it is about: ("safety",), ("safety", "signs"), ("coil.md",).
    """

    scope: tuple[str, ...]
    rule: str
    words: str
    why: str

    @property
    def key(self) -> tuple[str, ...]:
        """The key of the suppression in a source map."""
        return (*self.scope, "silence", self.rule, self.words)
