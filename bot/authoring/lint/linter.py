"""The linter itself: every diagnostic with its location, suppressions, and suppressions that match nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from bot.authoring.lint import message_length, patterns, size_limits
from bot.authoring.lint.readable_text import ReadableText, readable_texts
from bot.authoring.lint.reading_level import ReadingLevels
from bot.authoring.lint.unexplained_terms import TermChecker
from bot.model.bundle import BASE_LANGUAGE, ContentBundle, content_key
from bot.model.diagnostics import Diagnostic, SourceLocation, SourceMap
from bot.model.flow import Question
from bot.model.style_guide import StyleGuide, Suppression
from bot.model.text_limits import MAX_LABEL_LENGTH
from bot.proof.context import ProofContext

RULE_REASONS = {  # the rules that are not written as patterns: slug and reason
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
class RuleViolation:
    """A text that breaks a rule: the message for the author, and the *words* at *offset* that break it."""

    readable: ReadableText
    slug: str
    message: str
    words: str
    offset: int = 0
    hint: str = ""

    def is_suppressed_by(self, suppression: Suppression) -> bool:
        """Whether the suppression covers this violation.

        It covers a file or state, one rule, and words that contain the offending ones.
        """
        if suppression.rule != self.slug or self.readable.scope[: len(suppression.scope)] != suppression.scope:
            return False
        text, start = self.readable.text, 0
        while (start := text.find(suppression.words, start)) >= 0:
            if start <= self.offset and self.offset + len(self.words) <= start + len(suppression.words):
                return True
            start += 1
        return False

    def to_diagnostic(self, source_map: SourceMap) -> Diagnostic:
        """Return the violation as a diagnostic with its location."""
        first = self.words.split("\n")[0]
        return Diagnostic(self.readable.locate(source_map, self.offset, first), self.slug, self.message, self.hint)


def lint_bundle(
    bundle: ContentBundle, source_map: SourceMap, reading_levels: ReadingLevels | None = None
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every text that breaks a rule of its language.

    *reading_levels* may hold levels that were measured before.
    """
    used_suppressions: set[Suppression] = set()
    for violation in _violations(
        bundle, list(without_untranslated(readable_texts(bundle, source_map))), reading_levels or ReadingLevels()
    ):
        suppressing = {suppression for suppression in bundle.suppressions if violation.is_suppressed_by(suppression)}
        used_suppressions |= suppressing
        if not suppressing:
            yield violation.to_diagnostic(source_map)
    yield from _unused_suppressions(bundle, source_map, used_suppressions)
    yield from _limit_diagnostics(bundle, source_map)
    for language in sorted(filter(bundle.is_shipped, {*bundle.all_languages} - bundle.style_guides.keys())):
        location = SourceLocation("content/wording.yaml", 1, 1)
        yield Diagnostic(
            location, "no-rules", f"there are no rules of speech for '{language}'", RULE_REASONS["no-rules"]
        )


def without_untranslated(texts: Iterable[ReadableText]) -> Iterator[ReadableText]:
    """Yield the texts without those that a draft translation still has in English: the English rules check these."""
    english_texts = set()
    for readable in texts:  # English comes first
        if readable.language in ("", BASE_LANGUAGE):
            english_texts.add(readable.text)
        elif readable.text in english_texts:
            continue
        yield readable


def suppression_notes(bundle: ContentBundle, source_map: SourceMap) -> Iterator[str]:
    """Yield one line for every suppression, so that each can be judged again."""
    for suppression in bundle.suppressions:
        location = source_map.get(suppression.key, SourceLocation("/".join(suppression.scope), 1, 1))
        position = f"{location.file}:{location.line}"
        yield f"{position}: silenced: '{suppression.words}' [{suppression.rule}]: {suppression.why}"


def _unused_suppressions(
    bundle: ContentBundle, source_map: SourceMap, used_suppressions: set[Suppression]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each suppression that no violation used."""
    for suppression in bundle.suppressions:
        if suppression not in used_suppressions:
            location = source_map.get(suppression.key, SourceLocation("/".join(suppression.scope), 1, 1))
            message = f"nothing here breaks '{suppression.rule}' with '{suppression.words}'"
            yield Diagnostic(location, "idle-silence", message, "delete it")


def _violations(
    bundle: ContentBundle, texts: list[ReadableText], reading_levels: ReadingLevels
) -> Iterator[RuleViolation]:
    """Yield every violation in *texts*: patterns, sizes, unexplained terms, reading levels."""
    term_checkers = {language: TermChecker(bundle, language) for language in bundle.style_guides}
    for readable in texts:
        if style_guide := bundle.style_guides.get(readable.language or BASE_LANGUAGE):
            yield from _pattern_violations(style_guide, readable)
            yield from _size_violations(style_guide, readable)
            if readable.language:
                yield from _unexplained_terms(term_checkers[readable.language], readable)
    for style_guide in bundle.style_guides.values():
        yield from _reading_level_violations(
            style_guide, [readable for readable in texts if readable.language == style_guide.language], reading_levels
        )


def _pattern_violations(style_guide: StyleGuide, readable: ReadableText) -> Iterator[RuleViolation]:
    """Yield the violations of the pattern rules of a style guide in one text."""
    for rule in style_guide.rules:
        for offset, words in patterns.find_violations(rule, readable):
            message = f"'{words}': {rule.why}" if words else rule.why
            yield RuleViolation(readable, rule.code, message, words, offset, rule.suggestion)


def _unexplained_terms(term_checker: TermChecker, readable: ReadableText) -> Iterator[RuleViolation]:
    """Yield a violation for each term in a text that is not explained."""
    for offset, word in term_checker.unexplained(readable):
        message = f"nothing here explains '{word}'"
        yield RuleViolation(
            readable, "unexplained", message, word, offset, "explain it here, or add it to content/glossary.yaml"
        )


def _size_violations(style_guide: StyleGuide, readable: ReadableText) -> Iterator[RuleViolation]:
    """Yield the violations of size limits in one text: long sentences, questions, labels."""
    if not readable.has_tag("name"):
        for offset, sentence, word_count in size_limits.long_sentences(readable, style_guide.max_sentence_words):
            message = f"this sentence has {word_count} words, and {style_guide.max_sentence_words} are the most"
            yield RuleViolation(readable, "long-sentence", message, sentence, offset, "make two of it")
    if (
        readable.has_tag("ask")
        and (line_count := size_limits.question_line_count(readable)) > style_guide.max_question_lines
    ):
        message = f"this question takes {line_count} lines, and {style_guide.max_question_lines} are the most"
        yield RuleViolation(readable, "long-question", message, "", 0, "a list may follow it, or 'explain'")
    if readable.has_tag("button", "label", "term", *style_guide.button_texts) and len(readable.text) > MAX_LABEL_LENGTH:
        message = f"this label has {len(readable.text)} characters, and a phone shows {MAX_LABEL_LENGTH}"
        yield RuleViolation(readable, "long-button", message, readable.text, 0, "shorten it")


def _reading_level_violations(
    style_guide: StyleGuide, texts: Iterable[ReadableText], reading_levels: ReadingLevels
) -> Iterator[RuleViolation]:
    """Yield the violations of reading-level limits: each text that is too hard, and groups whose median is too high."""
    for limit in style_guide.grade_limits:
        graded_texts = [
            (reading_levels.grade(readable.text), readable) for readable in texts if readable.has_tag(*limit.applies_to)
        ]
        measured = sorted(
            ((level, readable) for level, readable in graded_texts if level is not None), key=lambda pair: pair[0]
        )
        for level, readable in measured:
            if level > limit.max_grade:
                message = f"this reads like school grade {level:.1f}, and {limit.max_grade} is the most"
                yield RuleViolation(readable, "hard-to-read", message, "", 0, "shorter words, shorter sentences")
        if measured and (median_level := median(level for level, _ in measured)) > limit.max_median:
            message = (
                f"half of these texts read like grade {median_level:.1f} or more, and {limit.max_median} is the most"
            )
            yield RuleViolation(measured[-1][1], "hard-to-read", message, "", 0, "begin with this one")


def ending_diagnostics(context: ProofContext, source_map: SourceMap) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each ending that some conversation makes too long for one message.

    Only the proof knows which texts can come together.
    """
    for scope, length in message_length.overlong_endings(context):
        yield _message_too_long(source_map, scope, length)


def _message_too_long(source_map: SourceMap, scope: tuple[str, ...], length: int) -> Diagnostic:
    """Return the diagnostic for a message that can become too long."""
    message = f"this can fill a message of {length} characters, and Telegram takes {message_length.MAX_MESSAGE_CHARS}"
    return Diagnostic(_location_of(source_map, scope), "long-message", message, "say less here")


def _limit_diagnostics(bundle: ContentBundle, source_map: SourceMap) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each message too long, callback data too large, and pair of buttons with equal labels."""
    for scope, length in message_length.overlong_messages(bundle):
        yield _message_too_long(source_map, scope, length)
    for language in bundle.all_languages:
        for name, data in size_limits.button_data(bundle, language):
            if (size := len(data.encode())) > (limit := size_limits.MAX_BUTTON_DATA_BYTES):
                message = f"the button '{data}' takes {size} bytes, and {limit} are the most"
                yield Diagnostic(_location_of(source_map, (name,)), "long-data", message, "a shorter name")
        yield from _duplicate_label_diagnostics(bundle, source_map, language)


def _duplicate_label_diagnostics(bundle: ContentBundle, source_map: SourceMap, language: str) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each option whose label is also on another option of its question."""
    for flow in bundle.flows.get(language, {}).values():
        for state in flow.states.values():
            for option in size_limits.options_with_same_label(state) if isinstance(state, Question) else ():
                message = f"another answer's button says '{option.button_label}' as well"
                yield Diagnostic(
                    _location_of(source_map, (content_key(flow.name, language), state.name, option.id)),
                    "same-label",
                    message,
                    "name what differs",
                )


def _location_of(source_map: SourceMap, scope: tuple[str, ...]) -> SourceLocation:
    """Return the location filed under *scope*, else under its first part, else the first line of that file."""
    return source_map.get(scope) or source_map.get(scope[:1]) or SourceLocation("/".join(scope), 1, 1)
