"""How well typed words are understood: the examples held out by scenario, in five folds, each judged unseen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from bot.authoring.loader import content_root, load_bundle
from bot.authoring.understanding.training import train
from bot.engine.understanding.folding import fold, read_typed
from bot.engine.understanding.hearing import Heard, hear
from bot.engine.understanding.languages import find_written_language
from bot.engine.understanding.phrase_lists import is_phrase
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.understanding import Example, Vocabulary

FOLDS, SEED = 5, 16
SHIPPING = ("en", "es")  # the languages that the bot speaks, Spanish as a draft


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out example, and what was made of it."""

    fold: int
    example: Example
    outcome: str  # danger, check, topic or nothing
    offered: tuple[str, ...]  # the ids that were offered
    likeliest: str
    language: str  # the language that the bot would answer in or offer; empty for the present one

    @property
    def is_shipping(self) -> bool:
        return self.example.language in SHIPPING


@cache
def whole() -> ContentBundle:
    return load_bundle(content_root(), include_drafts=True)[0]


def folds(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """For each fold the examples to train from, and those of whole scenarios that are held out."""
    scenarios = sorted({example.scenario for example in examples})
    Random(SEED).shuffle(scenarios)
    number = {scenario: i % FOLDS for i, scenario in enumerate(scenarios)}
    for fold_number in range(FOLDS):
        yield (
            [example for example in examples if number[example.scenario] != fold_number],
            [example for example in examples if number[example.scenario] == fold_number],
        )


def authored(bundle: ContentBundle) -> set[str]:
    """Every phrase of the authors, folded: a held-out message that is one of these proves nothing."""
    vocabulary = bundle.vocabulary
    lists: list[Iterable[str]] = [p for words in vocabulary.danger.values() for p in words.kinds.values()]
    lists += [phrases for heard in vocabulary.heard.values() for phrases in heard.danger.values()]
    for language in bundle.all_languages:
        lists += [flow.asked for flow in bundle.flows.get(language, {}).values()]
        lists += [page.asked for page in bundle.pages.get(language, {}).values()]
    return {fold(phrase) for phrases in lists for phrase in phrases}


@cache
def judged() -> tuple[Judged, ...]:
    """Every example, judged by what was trained without its scenario."""
    bundle, known = whole(), authored(whole())
    found = []
    for number, (trained, held_out) in enumerate(folds(bundle.vocabulary.examples)):
        fold_bundle = trained_from(bundle, trained)
        found += [judge(fold_bundle, number, example) for example in held_out if fold(example.text) not in known]
    return tuple(found)


def trained_from(bundle: ContentBundle, examples: Sequence[Example]) -> ContentBundle:
    """The same bundle with a model that has seen only *examples*."""
    vocabulary: Vocabulary = replace(bundle.vocabulary, examples=tuple(examples))
    return replace(bundle, vocabulary=replace(vocabulary, model=train(vocabulary)))


def judge(bundle: ContentBundle, number: int, example: Example) -> Judged:
    typed = read_typed(example.text)
    present = example.language if example.language in SHIPPING else BASE_LANGUAGE
    heard = hear(bundle, present, typed)
    calls_for_help = is_phrase(typed.answer, "help_now", bundle.phrases_in(present))
    outcome = "danger" if calls_for_help else outcome_of(heard)
    likeliest = max(heard.probabilities, key=lambda name: heard.probabilities[name], default="")
    offered = tuple(one.id for one in heard.destinations) or tuple(filter(None, (heard.check, heard.phrase)))
    return Judged(number, example, outcome, offered, likeliest, find_written_language(bundle, typed, present))


def outcome_of(heard: Heard) -> str:
    if heard.danger:
        return "danger"
    if heard.check:
        return "check"
    return "topic" if heard.destinations or heard.phrase else "nothing"


def wanted(example: Example) -> frozenset[str]:
    """What the example's intent leads to."""
    intent = whole().vocabulary.intents.get(example.intent)
    return frozenset(filter(None, (*intent.pages, intent.flow, intent.term, intent.phrase))) if intent else frozenset()


# ---- figures: the mean over the folds


def mean(found: Iterable[tuple[Judged, bool]]) -> float:
    counts, right = Counter[int](), Counter[int]()
    for one, is_right in found:
        counts[one.fold] += 1
        right[one.fold] += is_right
    return sum(right[number] / counts[number] for number in counts) / max(1, len(counts))


def is_danger(one: Judged) -> bool:
    intent = whole().vocabulary.intents.get(one.example.intent)
    return bool(intent and intent.danger)


def is_checked(one: Judged) -> bool:
    intent = whole().vocabulary.intents.get(one.example.intent)
    return bool(intent and intent.check)


def danger_offered(some: Iterable[Judged]) -> float:
    return mean((one, one.outcome == "danger") for one in some if is_danger(one))


def false_alarms(some: Iterable[Judged]) -> float:
    return mean((one, one.outcome == "danger") for one in some if not is_danger(one))


def reached(one: Judged) -> bool:
    return bool(wanted(one.example) & set(one.offered))


def destination_offered(some: Iterable[Judged]) -> float:
    return mean(
        (one, reached(one)) for one in some if not is_danger(one) and not is_checked(one) and wanted(one.example)
    )


def language_known(some: Iterable[Judged], code: str) -> float:
    of_it = [one for one in some if one.example.language == code]
    return sum(one.language == code for one in of_it) / max(1, len(of_it))
