"""Checks of all that people may type: each phrase is found by what it stands for, and by nothing else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.engine.typed_replies import TYPED_COMMANDS
from bot.engine.understanding.danger import find_danger
from bot.engine.understanding.folding import fold_authored, read_typed
from bot.engine.understanding.hearing import destinations_asked
from bot.engine.understanding.option_matching import match_option
from bot.engine.understanding.phrase_lists import is_phrase
from bot.model.bundle import BASE_LANGUAGE, ContentBundle, content_key
from bot.model.content import Phrases
from bot.model.diagnostics import Diagnostic, SourceLocation
from bot.model.flow import Question

SourceMap = Mapping[tuple[str | int, ...], SourceLocation]
DOING_LISTS = (*TYPED_COMMANDS, "help_now", "go_on", "cancel")  # word lists that do something


class PhraseChecks:
    """The checks of one bundle; the source map says where each phrase is written."""

    def __init__(self, bundle: ContentBundle, source_map: SourceMap) -> None:
        self.bundle, self.source_map = bundle, source_map

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each phrase that is missed, or that collides with something else."""
        for language in self.bundle.all_languages:
            if language in self.bundle.phrases:
                yield from self._other_words(language)
                yield from self._asked_questions(language)
        yield from self._danger()
        yield from self._intents()

    def _report(self, file: str, text: str, code: str, message: str) -> Diagnostic:
        """Return a diagnostic at *text* in *file*."""
        location = self.source_map.get((file, text, 0, 0), SourceLocation(file, 1, 1))
        return Diagnostic(location, code, message)

    # ---- options

    def _other_words(self, language: str) -> Iterator[Diagnostic]:
        """Check the other words of every option: each is heard as that option there, and does nothing else."""
        phrases = self.bundle.phrases_in(language)
        for flow in self.bundle.flows.get(language, {}).values():
            file = f"flows/{content_key(flow.name, language)}.yaml"
            for question in flow.questions():
                for option in question.options:
                    for words in option.also:
                        yield from self._other_word(file, question, option.id, words, phrases)

    def _other_word(
        self, file: str, question: Question, option: str, words: str, phrases: Phrases
    ) -> Iterator[Diagnostic]:
        """Check one of the other words of an option."""
        heard = match_option(question, words, phrases)
        if heard != option:
            found = f"as '{heard}'" if heard else "as no answer, or as more than one"
            yield self._report(file, words, "phrase-missed", f"'{words}' of option '{option}' is heard {found}")
        for name in DOING_LISTS:
            if is_phrase(fold_authored(words), name, phrases):
                message = f"'{words}' of option '{option}' is also a word for '{name}'"
                yield self._report(file, words, "phrase-collides", message)

    # ---- pages and flows

    def _asked_questions(self, language: str) -> Iterator[Diagnostic]:
        """Check the questions that lead to flows and pages: each leads there, and tells no danger."""
        for file, kind, id, questions in self._all_asked(language):
            for asked in questions:
                typed = read_typed(asked)
                if danger := find_danger(self.bundle.vocabulary.index, typed):
                    message = f"'{asked}' is heard as danger ({danger.kind}, by '{danger.phrase}')"
                    yield self._report(file, asked, "phrase-collides", message)
                found = [(one.kind, one.id) for one in destinations_asked(self.bundle, language, typed.folded)]
                if (kind, id) not in found:
                    yield self._report(file, asked, "phrase-missed", f"'{asked}' does not lead here")
                elif len(found) > 1:
                    others = ", ".join(name for one, name in found if (one, name) != (kind, id))
                    yield self._report(file, asked, "phrase-collides", f"'{asked}' also leads to {others}")

    def _all_asked(self, language: str) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        """Yield the questions of each flow and page: its file, its kind, its name, and what people ask."""
        for flow in self.bundle.flows.get(language, {}).values():
            yield f"flows/{content_key(flow.name, language)}.yaml", "flow", flow.name, flow.asked
        for page in self.bundle.pages.get(language, {}).values():
            yield f"content/{content_key(f'{page.id}.md', language)}", "page", page.id, page.asked

    # ---- danger

    def _danger(self) -> Iterator[Diagnostic]:
        """Check the words of danger: each is heard, by its kind, and is not the same as a word that does something."""
        for words in self.bundle.vocabulary.danger.values():
            file = f"content/{content_key('danger.yaml', words.language)}"
            yield from self._danger_phrases(file, words.kinds)
        for heard in self.bundle.vocabulary.heard.values():
            yield from self._danger_phrases("content/heard.yaml", heard.danger)

    def _danger_phrases(self, file: str, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
        """Check the words of danger of one list."""
        kinds_by_phrase: dict[str, dict[str, None]] = defaultdict(dict)
        for kind, phrases in kinds.items():
            for phrase in phrases:
                typed = read_typed(phrase)
                kinds_by_phrase[typed.folded][kind] = None
                if not find_danger(self.bundle.vocabulary.index, typed):
                    yield self._report(file, phrase, "phrase-missed", f"'{phrase}' is not heard as danger ({kind})")
                yield from self._danger_collisions(file, phrase)
        for phrase, found in kinds_by_phrase.items():
            if len(found) > 1:
                message = f"'{phrase}' stands under {' and under '.join(found)}"
                yield self._report(file, phrase, "phrase-collides", message)

    def _danger_collisions(self, file: str, phrase: str) -> Iterator[Diagnostic]:
        """Check that a phrase of danger is not a word that does something, or a plain answer."""
        folded = fold_authored(phrase)
        for language, phrases in self.bundle.phrases.items():
            for name in (*TYPED_COMMANDS, "yes", "no", "not_sure", "prefer_not_to_say"):
                if is_phrase(folded, name, phrases):
                    message = f"'{phrase}' is also a word for '{name}' ({language}), which is heard first"
                    yield self._report(file, phrase, "phrase-collides", message)

    # ---- intents

    def _intents(self) -> Iterator[Diagnostic]:
        """Check that each intent of the examples leads somewhere, and that each intent has examples."""
        vocabulary = self.bundle.vocabulary
        used = {example.intent for example in vocabulary.examples}
        for intent in sorted(used - vocabulary.intents.keys()):
            message = f"the intent '{intent}' of the examples leads nowhere: content/intents.yaml does not have it"
            yield Diagnostic(SourceLocation("content/examples.tsv", 1, 1), "phrase-missed", message)
        for intent in sorted(vocabulary.intents.keys() - used if vocabulary.examples else ()):
            message = f"the intent '{intent}' has no example"
            yield Diagnostic(SourceLocation("content/intents.yaml", 1, 1), "phrase-missed", message)
        for aim in vocabulary.intents.values():
            for flow in filter(None, (aim.check, aim.flow)):
                if flow not in self.bundle.entry_flows:
                    message = f"no conversation can begin with '{flow}', which the intent '{aim.id}' leads to"
                    yield Diagnostic(SourceLocation("content/intents.yaml", 1, 1), "unknown-flow", message)


def phrase_diagnostics(bundle: ContentBundle, source_map: SourceMap) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each phrase that is missed, or that collides with something else."""
    assert BASE_LANGUAGE in bundle.phrases
    return PhraseChecks(bundle, source_map).diagnostics()
