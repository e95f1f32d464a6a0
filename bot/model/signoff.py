"""Sign-off: a reviewer's name on exactly this content. Any later edit voids it, and no sign-off lasts for ever.

What is signed is the texts and transitions, not how the file is laid out: comments, blank lines and line endings
may change. Every field of a flow, a page or the phrases is part of it, so that nothing new can slip in unsigned.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.model.bundle import BASE, Library, filed
from bot.model.canonical_json import digest
from bot.model.content import Page, Phrases
from bot.model.diagnostics import Place, Problem
from bot.model.flow import Flow
from bot.model.review import Review

Work = Flow | Page | Phrases
Atlas = Mapping[tuple[str | int, ...], Place]
HINTS = {
    "unsigned": "a reviewer signs with: python -m bot sign",
    "edited": "show the new words to a reviewer, who signs them again",
    "overdue": "a reviewer looks at it again, and signs",
}
FIRM = 16  # hex digits of a hash: enough that no two texts share it, few enough to compare on paper


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The status of content without a sign-off."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The status of content with a valid sign-off."""

    review: Review


@dataclass(frozen=True, slots=True)
class Edited:
    """The status of content that was edited after its sign-off."""

    review: Review


@dataclass(frozen=True, slots=True)
class Overdue:
    """The status of content whose sign-off is not valid today; also where the date is not known."""

    review: Review


State = Unsigned | Signed | Edited | Overdue


def state(work: Work, today: str) -> State:
    """Return the sign-off status of *item* on *today* (YYYY-MM-DD; "" if the date is not known)."""
    review = work.review
    if review is None:
        return Unsigned()
    if review.of != words_of(work):
        return Edited(review)
    return Signed(review) if review.on <= today <= review.due else Overdue(review)


def words_of(work: Work) -> str:
    """Return the hash that a reviewer signs: of every text and every transition, and of nothing else."""
    return digest(replace(work, review=None))[:FIRM]


def works(library: Library) -> Iterator[tuple[str, str, Work]]:
    """Yield everything that needs a sign-off: its key, its language, and the item itself."""
    for language in library.spoken:
        for flow in () if library.information else library.flows.get(language, {}).values():
            yield filed(flow.name, language), language, flow
        for page in library.pages.get(language, {}).values():
            yield filed(f"{page.id}.md", language), language, page
        if phrases := library.phrases.get(language):
            yield filed("phrases.yaml", language), language, phrases


def signed(library: Library, today: str) -> Library:
    """Return *bundle* with the keys that have a valid sign-off on *today*, and the languages in which all have one.

    What is missing in a translation is shown in English: so without English signed, no language counts as reviewed.
    """
    bare = {name: language for name, language, work in works(library) if not isinstance(state(work, today), Signed)}
    drafts = {*bare.values()}
    return replace(
        library,
        signed=frozenset(name for name, _, _ in works(library)).difference(bare),
        reviewed=frozenset() if BASE in drafts else frozenset(library.spoken).difference(drafts),
    )


def unsigned(library: Library, today: str, languages: Collection[str] = (BASE,)) -> list[str]:
    """Return the keys of what has no valid sign-off on *today* in these *languages*, sorted."""
    found = ((name, work) for name, language, work in works(library) if language in languages)
    return sorted(name for name, work in found if not isinstance(state(work, today), Signed))


def statement(library: Library, atlas: Atlas, today: str) -> Iterator[str]:
    """Yield a line for each sign-off, with who reviewed what and when; last, how much is not signed."""
    found = [(name, state(work, today)) for name, _, work in works(library)]
    bare = sum(isinstance(one, Unsigned) for _, one in found)
    for name, one in found:
        if not isinstance(one, Unsigned):
            yield f"{_place(atlas, name).file}: {_in_words(one)}"
    if bare:
        yield f"No clinician has signed {bare} of {len(found)} flows, pages and phrases."


def findings(library: Library, atlas: Atlas, today: str, languages: Collection[str] = (BASE,)) -> Iterator[Problem]:
    """Yield a diagnostic for all content that is unsigned, edited since, or overdue: a release may have none."""
    for name, language, work in works(library):
        one = state(work, today)
        if language in languages and not isinstance(one, Signed):
            slug = type(one).__name__.lower()
            yield Problem(_place(atlas, name), slug, _in_words(one), HINTS[slug])


def _place(atlas: Atlas, name: str) -> Place:
    """Return the location of the content with this key; the start of its file if the source map lacks it."""
    return atlas.get((name,), Place(name, 1, 1))


def state_in_words(work: Work, today: str) -> str:
    """Return the sign-off status of *item* on *today* as text."""
    return _in_words(state(work, today))


def _in_words(one: State) -> str:
    """Return a sign-off status as text."""
    match one:
        case Signed(review):
            return f"signed by {review.by}, {review.role}, on {review.on}, due again {review.due}, words {review.of}"
        case Edited(review):
            return f"the words have changed since {review.by}, {review.role}, signed them on {review.on}"
        case Overdue(review):
            return f"{review.by}, {review.role}, signed this from {review.on} to {review.due}, and not for today"
        case Unsigned():
            return "nobody has signed these words"
