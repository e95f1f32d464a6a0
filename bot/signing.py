"""Sign-off: a reviewer's name on exactly these words. Any later edit voids it, and nothing counts as signed for ever.

What is signed is what the words and arrows say, not how the file is laid out: comments, blank lines and line endings
may change. Every field of a flow, a page or the phrases is part of it, so that nothing new can slip in unsigned.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.canonical import digest
from bot.content import Page, Phrases
from bot.flow import Flow
from bot.library import BASE, Library, filed
from bot.problem import Place, Problem
from bot.review import Review

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
    """Nobody has put a name under it."""


@dataclass(frozen=True, slots=True)
class Signed:
    review: Review


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody signed other words than these."""

    review: Review


@dataclass(frozen=True, slots=True)
class Overdue:
    """Signed, but not for today; also where no date is known to hold it against."""

    review: Review


State = Unsigned | Signed | Edited | Overdue


def state(work: Work, today: str) -> State:
    """How far *work* is signed on *today* (YYYY-MM-DD, from outside; "" where nobody knows the date)."""
    review = work.review
    if review is None:
        return Unsigned()
    if review.of != words_of(work):
        return Edited(review)
    return Signed(review) if review.on <= today <= review.due else Overdue(review)


def words_of(work: Work) -> str:
    """The hash that a reviewer signs: of every text and every arrow, and of nothing else."""
    return digest(replace(work, review=None))[:FIRM]


def works(library: Library) -> Iterator[tuple[str, str, Work]]:
    """Everything that wants a signature: what it is filed under, its language, and itself."""
    for language in library.spoken:
        for flow in () if library.information else library.flows.get(language, {}).values():
            yield filed(flow.name, language), language, flow
        for page in library.pages.get(language, {}).values():
            yield filed(f"{page.id}.md", language), language, page
        if phrases := library.phrases.get(language):
            yield filed("phrases.yaml", language), language, phrases


def signed(library: Library, today: str) -> Library:
    """*library*, knowing which of its words are truly signed on *today*, and in which languages all of them are.

    What is missing in a translation is read in English, so that English comes first.
    """
    bare = {name: language for name, language, work in works(library) if not isinstance(state(work, today), Signed)}
    drafts = {*bare.values()}
    return replace(
        library,
        signed=frozenset(name for name, _, _ in works(library)).difference(bare),
        reviewed=frozenset() if BASE in drafts else frozenset(library.spoken).difference(drafts),
    )


def unsigned(library: Library, today: str, languages: Collection[str] = (BASE,)) -> list[str]:
    """What is not truly signed on *today* in these *languages*, as it is filed."""
    found = ((name, work) for name, language, work in works(library) if language in languages)
    return sorted(name for name, work in found if not isinstance(state(work, today), Signed))


def statement(library: Library, atlas: Atlas, today: str) -> Iterator[str]:
    """Who reviewed which words when, a line for each signature; and how much nobody has signed."""
    found = [(name, state(work, today)) for name, _, work in works(library)]
    bare = sum(isinstance(one, Unsigned) for _, one in found)
    for name, one in found:
        if not isinstance(one, Unsigned):
            yield f"{_place(atlas, name).file}: {_in_words(one)}"
    if bare:
        yield f"No clinician has signed {bare} of {len(found)} flows, pages and phrases."


def findings(library: Library, atlas: Atlas, today: str, languages: Collection[str] = (BASE,)) -> Iterator[Problem]:
    """What a release may not have: words that nobody signed, that were edited since, or whose review is overdue."""
    for name, language, work in works(library):
        one = state(work, today)
        if language in languages and not isinstance(one, Signed):
            slug = type(one).__name__.lower()
            yield Problem(_place(atlas, name), slug, _in_words(one), HINTS[slug])


def _place(atlas: Atlas, name: str) -> Place:
    return atlas.get((name,), Place(name, 1, 1))


def state_in_words(work: Work, today: str) -> str:
    """How far *work* is signed on *today*, as the end of a sentence."""
    return _in_words(state(work, today))


def _in_words(one: State) -> str:
    match one:
        case Signed(review):
            return f"signed by {review.by}, {review.role}, on {review.on}, due again {review.due}, words {review.of}"
        case Edited(review):
            return f"the words have changed since {review.by}, {review.role}, signed them on {review.on}"
        case Overdue(review):
            return f"{review.by}, {review.role}, signed this from {review.on} to {review.due}, and not for today"
        case Unsigned():
            return "nobody has signed these words"
