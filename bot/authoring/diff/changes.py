"""The changes between two versions as rows: each with the fewest answers that matter, together covering all people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.authoring.diff.minimal_answers import Answers, Mark, Search
from bot.authoring.diff.product_graph import Lockstep
from bot.authoring.diff.version_graph import Spot
from bot.model.urgency import Floor
from bot.proof.state_space.pages import Pages
from bot.proof.state_space.ranks import EMERGENCY, floor_at, urgency_at

Heights = tuple[int, int]  # the ranks of the old version's ending and the new one's


MOST_FOR_A_PAGE = 6  # rows about one page: the reader wants to know of it, but not in a hundred rows
MOST_STATES_FOR_PAGES = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """People with these *answers* ended *before* and end *after*: one row of the comparison.

    They give one of the listed options to each listed question, and the mildest option to every other question. With
    other answers besides, the change is this one or a smaller one: a greater one has a row of its own.
    """

    way_in: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    before: Floor
    after: Floor
    new_pages: Pages = frozenset()
    lost_pages: Pages = frozenset()

    @property
    def less_urgent(self) -> bool:
        """Whether people with these answers now end less urgently."""
        return self.after < self.before

    @property
    def more_urgent(self) -> bool:
        """Whether people with these answers now end more urgently."""
        return self.before < self.after


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, the worst first; no *rows* exactly when all people end as before, with the same pages to read.

    *truncated_pages* are those with more to report: more answers than are shown bring or lose them, at equal urgency.
    """

    rows: tuple[Row, ...]
    cut: tuple[str, ...] = ()

    @property
    def less_urgent(self) -> bool:
        """Whether any row is less urgent."""
        return any(row.less_urgent for row in self.rows)


def changes(lockstep: Lockstep) -> Changes:
    """Return every change between the two versions of the product graph."""
    search = Search(lockstep)
    order = lockstep.order()
    found = {one.answers: one for one in _urgencies(lockstep, search, order)}
    cut = tuple(_add_pages(lockstep, search, order, found))
    return Changes(tuple(sorted(grouped(found.values()), key=_rank)), cut)


@dataclass(frozen=True, slots=True)
class One:
    """A change before grouping: one answer to each question."""

    way_in: str
    answers: Answers
    heights: Heights
    new_pages: Pages = frozenset()
    lost_pages: Pages = frozenset()


def grouped(ones: Iterable[One]) -> Iterator[Row]:
    """Merge changes that differ only in the answer to one question into one row with all of these answers."""
    groups: dict[object, list[tuple[One, dict[str, frozenset[str]]]]] = {}
    for one in ones:
        asked = {question: frozenset({option}) for question, option in one.answers}
        key = one.heights, one.new_pages, one.lost_pages, frozenset(asked)
        groups.setdefault(key, []).append((one, asked))
    for members in groups.values():
        for one, asked in _merged(members):
            answers = tuple(sorted((question, tuple(sorted(options))) for question, options in asked.items()))
            before, after = map(floor_at, one.heights)
            yield Row(one.way_in, answers, before, after, one.new_pages, one.lost_pages)


def _merged(members: list[tuple[One, dict[str, frozenset[str]]]]) -> list[tuple[One, dict[str, frozenset[str]]]]:
    """Merge *members* into as few as possible that together cover exactly the same people."""
    for question in sorted(members[0][1]):
        alike: dict[object, tuple[One, dict[str, frozenset[str]]]] = {}
        for one, asked in members:
            others = frozenset((at, options) for at, options in asked.items() if at != question)
            first, known = alike.setdefault(others, (one, {**asked, question: frozenset()}))
            known[question] |= asked[question]
            alike[others] = first, known
        members = list(alike.values())
    return members


# ---- how soon


def _urgencies(lockstep: Lockstep, search: Search, order: list[int]) -> Iterator[One]:
    """Yield the changes of urgency, the worst first, until every one is covered."""
    ends = [number for number in order if not lockstep.steps[number]]
    told: list[tuple[Heights, Answers]] = []
    changes = {heights for number in ends if (heights := lockstep.heights(number))[0] != heights[1]}
    for change in sorted(changes, key=_weight, reverse=True):

        def wanted(number: int, _: Mark, change: Heights = change) -> bool:
            """Whether a pair of endings has exactly this change of rank."""
            return lockstep.heights(number) == change

        hunt = search.hunt(wanted, order)
        while found := search.find(_covering(search, told, change), hunt):
            told.append((change, found.answers))
            yield One(found.way_in, found.answers, change)


def _weight(change: Heights) -> tuple[bool, int, int, int]:
    """Return how much a change matters, for sorting.

    Less urgent before more, then by how far. What covers others goes before them.
    """
    before, after = change
    return after < before, abs(urgency_at(before) - urgency_at(after)), max(change), abs(before - after)


def _covering(search: Search, told: list[tuple[Heights, Answers]], change: Heights) -> int:
    """Return a formula for all people covered by a reported change at least as great, in the same direction."""
    return search.told(answers for one, answers in told if _within(change, one))


def _within(change: Heights, one: Heights) -> bool:
    """Whether *change* has the same direction as *other* and lies within it."""
    same = (change[1] < change[0]) == (one[1] < one[0])
    return same and min(one) <= min(change) and max(change) <= max(one)


# ---- what to read


def _add_pages(lockstep: Lockstep, search: Search, order: list[int], found: dict[Answers, One]) -> Iterator[str]:
    """Add to *changes_by_answers* the pages that came or went at equal urgency, and yield those cut short.

    People whose change of urgency was reported already are not reported again.
    """
    urgent = list(found)
    most = search.states + MOST_STATES_FOR_PAGES
    for page, is_new in sorted(_changed_pages(lockstep, order)):
        told, most_rows = list(urgent), len(urgent) + MOST_FOR_A_PAGE

        def wanted(number: int, mark: Mark, page: str = page, is_new: bool = is_new) -> bool:
            """Whether only the wanted version shows the page at this pair of endings."""
            return _last(lockstep, number, page, mark) == (not is_new, is_new)

        hunt = search.hunt(wanted, order, page)
        while one := search.find(search.told(told), hunt):
            if len(told) == most_rows or search.states > most:
                yield page
                break
            told.append(one.answers)
            known = found.get(one.answers) or One(one.way_in, one.answers, lockstep.heights(one.pair))
            pages = frozenset({page})
            new, lost = (pages, frozenset[str]()) if is_new else (frozenset[str](), pages)
            found[one.answers] = replace(known, new_pages=known.new_pages | new, lost_pages=known.lost_pages | lost)


def _rank(row: Row) -> int:
    """Return the sort key of a row: less urgent, more urgent, then changes of pages alone."""
    return 0 if row.less_urgent else 1 if row.more_urgent else 2


def _last(lockstep: Lockstep, number: int, page: str, mark: Mark) -> Mark | None:
    """Return whether the old and the new version show *page* at a pair of endings.

    None where the urgency differs, which another row reports, and at an emergency, which shows no pages.
    """
    pair = lockstep.pairs[number]
    ends = lockstep.old.spots[pair.old], lockstep.new.spots[pair.new]
    if not _is_read(*ends):
        return None
    return mark[0] or page in ends[0].pages, mark[1] or page in ends[1].pages


def _changed_pages(lockstep: Lockstep, order: list[int]) -> set[tuple[str, bool]]:
    """Return every page that some people newly get (True) or no longer get (False), found in one pass.

    For each pair and each of the four flags there is a bit mask: the pages that some people come there with.
    """
    bits = _bits(lockstep)
    whole = (1 << len(bits)) - 1
    marks: dict[int, list[int]] = {}
    for flow, root in lockstep.roots.items():
        old, new = _mask(bits, lockstep.old.at_first[flow]), _mask(bits, lockstep.new.at_first[flow])
        _merge(marks, root, [whole & ~old & ~new, ~old & new, old & ~new, old & new])
    changed: set[tuple[str, bool]] = set()
    for number in reversed(order):
        here = marks.pop(number)
        for step in lockstep.steps[number]:
            _merge(marks, step.target, _given(here, _mask(bits, step.old), _mask(bits, step.new)))
        if not lockstep.steps[number]:
            changed |= set(_differing(lockstep, number, bits, here))
    return changed


def _differing(lockstep: Lockstep, number: int, bits: Mapping[str, int], here: list[int]) -> Iterator[tuple[str, bool]]:
    """Yield the pages that only one of the versions shows at a pair of endings; True where only the new one does."""
    pair = lockstep.pairs[number]
    old, new = lockstep.old.spots[pair.old], lockstep.new.spots[pair.new]
    if _is_read(old, new):
        _, only_new, only_old, _ = _given(here, _mask(bits, old.pages), _mask(bits, new.pages))
        yield from ((page, True) for page, bit in bits.items() if only_new & bit)
        yield from ((page, False) for page, bit in bits.items() if only_old & bit)


def _is_read(old: Spot, new: Spot) -> bool:
    """Whether both endings have the same urgency below an emergency, so that their pages are compared."""
    return old.height == new.height < EMERGENCY


def _given(marks: list[int], old: int, new: int) -> list[int]:
    """Return the masks (neither, only new, only old, both) after each version has given the pages *old* and *new*."""
    neither, only_new, only_old, both = marks
    had_old, had_new = only_old | both, only_new | both
    return [
        neither & ~old & ~new,
        (only_new & ~old) | (neither & new & ~old),
        (only_old & ~new) | (neither & old & ~new),
        both | (had_new & old) | (had_old & new) | (neither & old & new),
    ]


def _merge(marks: dict[int, list[int]], number: int, more: list[int]) -> None:
    """Add the masks *more* to those of a pair."""
    here = marks.get(number)
    marks[number] = [a | b for a, b in zip(here, more, strict=True)] if here else more


def _bits(lockstep: Lockstep) -> dict[str, int]:
    """Return one bit for each page of either version."""
    pages: set[str] = set()
    for side in (lockstep.old, lockstep.new):
        pages = pages.union(*side.at_first.values(), *(spot.pages for spot in side.spots))
        pages = pages.union(*(given for spot in side.spots for given in spot.gives))
    return {page: 1 << number for number, page in enumerate(sorted(pages))}


def _mask(bits: Mapping[str, int], pages: Pages) -> int:
    """Return the bit mask of *pages*."""
    mask = 0
    for page in pages:
        mask |= bits[page]
    return mask
