"""What the bot makes of typed words that are no answer: help now, "let us check this first", or a subject.

Danger is offered help for, and decided by nobody but the person. A subject leads to a few things to choose from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.engine.understanding.classifier import intent_grams, probabilities
from bot.engine.understanding.danger import Danger, find_danger, find_phrases
from bot.engine.understanding.folding import TypedWords
from bot.engine.understanding.phrase_lists import folded_set
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.understanding import Intent, Vocabulary

DANGER_FROM, CHECK_FROM, SUBJECT_FROM = 0.7, 0.45, 0.16  # probabilities
SURE_FROM = 0.8  # of a subject: then all that it leads to is offered, and nothing else
MAX_SUGGESTIONS = 3
LEAST_CLASSIFIED = 3  # letters


@dataclass(frozen=True, slots=True)
class Destination:
    """Something to offer for typed words: a `flow` to begin, a `page` to read, or a `term` to explain."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of typed words. At most one of *danger*, *check* (a flow) and *destinations* or *phrase* is set."""

    danger: Danger | None = None
    check: str = ""
    destinations: tuple[Destination, ...] = ()
    phrase: str = ""
    probabilities: Mapping[str, float] = field(default_factory=dict)


def hear(bundle: ContentBundle, language: str, typed: TypedWords) -> Heard:
    """Return what *typed* means, as far as the authors' phrases and examples tell."""
    vocabulary = bundle.vocabulary
    if danger := find_danger(vocabulary.index, typed):
        return Heard(danger=danger)
    if asked := tuple(destinations_asked(bundle, language, typed.folded)):
        return Heard(destinations=asked[:MAX_SUGGESTIONS])
    return _classified(bundle, intent_probabilities(vocabulary, typed))


def destinations_asked(bundle: ContentBundle, language: str, folded: str) -> Iterator[Destination]:
    """Yield the flows and pages whose authors wrote down exactly this question, in *language*."""
    for name in bundle.entry_flows:
        if folded in folded_set(bundle.flow(name, language).asked):
            yield Destination("flow", name)
    for id in bundle.pages[BASE_LANGUAGE]:
        if folded in folded_set(bundle.page(id, language).asked):
            yield Destination("page", id)


def intent_probabilities(vocabulary: Vocabulary, typed: TypedWords) -> Mapping[str, float]:
    """Return how probable each intent is; empty where there is nothing to go by."""
    if vocabulary.model is None or len(typed.classified) < LEAST_CLASSIFIED:
        return {}
    return probabilities(vocabulary.model.intents, intent_grams(typed.classified, signs_in(vocabulary, typed)))


def signs_in(vocabulary: Vocabulary, typed: TypedWords) -> list[str]:
    """Return the names of the authors' signs in *typed*, sorted; what has a whole phrase of danger needs no model."""
    classified = TypedWords(typed.classified)
    return sorted({one.meaning for one in find_phrases(vocabulary.index, classified) if one.is_sign})


def _classified(bundle: ContentBundle, found: Mapping[str, float]) -> Heard:
    """Return what the probabilities of the intents lead to."""
    intents = bundle.vocabulary.intents
    ranked = sorted((name for name in found if name in intents), key=lambda name: -found[name])
    of_danger = [intents[name] for name in ranked if intents[name].danger]
    to_check = [intents[name] for name in ranked if intents[name].check]
    danger = sum(found[intent.id] for intent in of_danger)
    if danger >= DANGER_FROM:
        return Heard(danger=Danger(of_danger[0].danger, ""), probabilities=found)
    subjects = [intents[name] for name in ranked if not intents[name].danger and not intents[name].check]
    if danger + sum(found[intent.id] for intent in to_check) >= CHECK_FROM:
        return Heard(check=_flow_to_check(bundle, to_check, subjects, found), probabilities=found)
    if not subjects or found[subjects[0].id] < SUBJECT_FROM:
        return Heard(probabilities=found)
    destinations = tuple(_destinations(bundle, subjects, found))
    phrase = subjects[0].phrase if not _all_of(bundle, subjects[0]) else ""
    return Heard(destinations=() if phrase else destinations, phrase=phrase, probabilities=found)


def _flow_to_check(
    bundle: ContentBundle, to_check: list[Intent], subjects: list[Intent], found: Mapping[str, float]
) -> str:
    """Return the flow whose list of danger signs comes first: that of the likeliest intent that has one."""
    candidates = [(found[intent.id], intent.check) for intent in to_check]
    candidates += [(found[intent.id], intent.flow) for intent in subjects if intent.flow]
    return bundle.entry_flow(max(candidates, default=(0.0, CHOOSER_FLOW))[1])


def _destinations(bundle: ContentBundle, subjects: list[Intent], found: Mapping[str, float]) -> Iterator[Destination]:
    """Yield up to three destinations: those of one sure subject, else the first of each likely one, then the rest."""
    first, *others = subjects
    if found[first.id] >= SURE_FROM:
        yield from _all_of(bundle, first)[:MAX_SUGGESTIONS]
        return
    likely = [first, *others][:MAX_SUGGESTIONS]
    ordered = [destinations[0] for intent in likely if (destinations := _all_of(bundle, intent))]
    ordered += _all_of(bundle, first)
    yield from list(dict.fromkeys(ordered))[:MAX_SUGGESTIONS]


def _all_of(bundle: ContentBundle, intent: Intent) -> list[Destination]:
    """Return all that *intent* leads to, in its author's order."""
    flow = [Destination("flow", intent.flow)] if intent.flow in bundle.entry_flows else []
    term = [Destination("term", intent.term)] if intent.term else []
    return [*(Destination("page", page) for page in intent.pages), *flow, *term]
