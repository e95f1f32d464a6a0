"""Sign-off: a reviewer's name on exactly this content. Any later edit voids it, and no sign-off lasts for ever.

What is signed is the texts and transitions, not how the file is laid out: comments, blank lines and line endings
may change. Every field of a flow, a page or the phrases is part of it, so that nothing new can slip in unsigned.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bot.model.bundle import BASE_LANGUAGE, ContentBundle, content_key
from bot.model.canonical_json import canonical_hash
from bot.model.content import Page, Phrases
from bot.model.diagnostics import Diagnostic, SourceLocation, SourceMap
from bot.model.flow import Flow
from bot.model.review import Review

Signable = Flow | Page | Phrases
HINTS_BY_CODE = {
    "unsigned": "a reviewer signs with: python -m bot sign",
    "edited": "show the new words to a reviewer, who signs them again",
    "overdue": "a reviewer looks at it again, and signs",
}
HASH_DIGITS = 16  # hex digits of a hash: enough that no two texts share it, few enough to compare on paper


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


SignoffStatus = Unsigned | Signed | Edited | Overdue


def signoff_status(item: Signable, today: str) -> SignoffStatus:
    """Return the sign-off status of *item* on *today* (YYYY-MM-DD; "" if the date is not known)."""
    review = item.review
    if review is None:
        return Unsigned()
    if review.content_hash != content_hash(item):
        return Edited(review)
    return Signed(review) if review.signed_on <= today <= review.due_on else Overdue(review)


def content_hash(item: Signable) -> str:
    """Return the hash that a reviewer signs: of every text and every transition, and of nothing else."""
    return canonical_hash(replace(item, review=None))[:HASH_DIGITS]


def iter_signables(bundle: ContentBundle) -> Iterator[tuple[str, str, Signable]]:
    """Yield everything that needs a sign-off: its key, its language, and the item itself."""
    for language in bundle.all_languages:
        for flow in () if bundle.information_only else bundle.flows.get(language, {}).values():
            yield content_key(flow.name, language), language, flow
        for page in bundle.pages.get(language, {}).values():
            yield content_key(f"{page.id}.md", language), language, page
        if phrases := bundle.phrases.get(language):
            yield content_key("phrases.yaml", language), language, phrases


def with_signoffs(bundle: ContentBundle, today: str) -> ContentBundle:
    """Return *bundle* with the keys that have a valid sign-off on *today*, and the languages in which all have one.

    What is missing in a translation is shown in English: so without English signed, no language counts as reviewed.
    """
    unsigned_languages = {
        key: language
        for key, language, item in iter_signables(bundle)
        if not isinstance(signoff_status(item, today), Signed)
    }
    incomplete_languages = {*unsigned_languages.values()}
    return replace(
        bundle,
        signed_keys=frozenset(key for key, _, _ in iter_signables(bundle)).difference(unsigned_languages),
        reviewed_languages=frozenset()
        if BASE_LANGUAGE in incomplete_languages
        else frozenset(bundle.all_languages).difference(incomplete_languages),
    )


def unsigned_keys(bundle: ContentBundle, today: str, languages: Collection[str] = (BASE_LANGUAGE,)) -> list[str]:
    """Return the keys of what has no valid sign-off on *today* in these *languages*, sorted."""
    found = ((key, item) for key, language, item in iter_signables(bundle) if language in languages)
    return sorted(key for key, item in found if not isinstance(signoff_status(item, today), Signed))


def describe_signoffs(bundle: ContentBundle, source_map: SourceMap, today: str) -> Iterator[str]:
    """Yield a line for each sign-off, with who reviewed what and when; last, how much is not signed."""
    statuses = [(key, signoff_status(item, today)) for key, _, item in iter_signables(bundle)]
    unsigned_count = sum(isinstance(status, Unsigned) for _, status in statuses)
    for key, status in statuses:
        if not isinstance(status, Unsigned):
            yield f"{_location(source_map, key).file}: {_describe_status(status)}"
    if unsigned_count:
        yield f"No clinician has signed {unsigned_count} of {len(statuses)} flows, pages and phrases."


def signoff_diagnostics(
    bundle: ContentBundle, source_map: SourceMap, today: str, languages: Collection[str] = (BASE_LANGUAGE,)
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for all content that is unsigned, edited since, or overdue: a release may have none."""
    for key, language, item in iter_signables(bundle):
        status = signoff_status(item, today)
        if language in languages and not isinstance(status, Signed):
            code = type(status).__name__.lower()
            yield Diagnostic(_location(source_map, key), code, _describe_status(status), HINTS_BY_CODE[code])


def _location(source_map: SourceMap, key: str) -> SourceLocation:
    """Return the location of the content with this key; the start of its file if the source map lacks it."""
    return source_map.get((key,), SourceLocation(key, 1, 1))


def describe_signoff(item: Signable, today: str) -> str:
    """Return the sign-off status of *item* on *today* as text."""
    return _describe_status(signoff_status(item, today))


def _describe_status(status: SignoffStatus) -> str:
    """Return a sign-off status as text."""
    match status:
        case Signed(review):
            dates = f"on {review.signed_on}, due again {review.due_on}"
            return f"signed by {review.reviewer}, {review.role}, {dates}, words {review.content_hash}"
        case Edited(review):
            return f"the words have changed since {review.reviewer}, {review.role}, signed them on {review.signed_on}"
        case Overdue(review):
            dates = f"from {review.signed_on} to {review.due_on}"
            return f"{review.reviewer}, {review.role}, signed this {dates}, and not for today"
        case Unsigned():
            return "nobody has signed these words"
