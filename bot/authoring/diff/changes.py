"""The changes between two versions as rows: each with the fewest answers that matter, together covering all people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.authoring.diff.minimal_answers import Answers, MinimalAnswersSearch, PageFlags
from bot.authoring.diff.product_graph import ProductGraph
from bot.authoring.diff.version_graph import VersionNode
from bot.model.urgency import Floor
from bot.proof.state_space.page_explorer import PageIds
from bot.proof.state_space.ranks import EMERGENCY_RANK, floor_of, urgency_of

RankPair = tuple[int, int]  # the ranks of the old version's ending and the new one's


MAX_ROWS_PER_PAGE = 6  # rows about one page: the reader wants to know of it, but not in a hundred rows
MAX_EXTRA_STATES_FOR_PAGES = 200_000


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """People with these *answers* ended *before* and end *after*: one row of the comparison.

    They give one of the listed options to each listed question, and the mildest option to every other question. With
    other answers besides, the change is this one or a smaller one: a greater one has a row of its own.
    """

    way_in: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    before: Floor
    after: Floor
    new_pages: PageIds = frozenset()
    lost_pages: PageIds = frozenset()

    @property
    def is_less_urgent(self) -> bool:
        """Whether people with these answers now end less urgently."""
        return self.after < self.before

    @property
    def is_more_urgent(self) -> bool:
        """Whether people with these answers now end more urgently."""
        return self.before < self.after


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, the worst first; no *rows* exactly when all people end as before, with the same pages to read.

    *truncated_pages* are those with more to report: more answers than are shown bring or lose them, at equal urgency.
    """

    rows: tuple[ChangeRow, ...]
    truncated_pages: tuple[str, ...] = ()

    @property
    def has_less_urgent(self) -> bool:
        """Whether any row is less urgent."""
        return any(row.is_less_urgent for row in self.rows)


def find_changes(graph: ProductGraph) -> Changes:
    """Return every change between the two versions of the product graph."""
    search = MinimalAnswersSearch(graph)
    order = graph.endings_first()
    changes_by_answers = {single.answers: single for single in _urgency_changes(graph, search, order)}
    truncated_pages = tuple(_add_page_changes(graph, search, order, changes_by_answers))
    return Changes(tuple(sorted(group_rows(changes_by_answers.values()), key=_sort_key)), truncated_pages)


@dataclass(frozen=True, slots=True)
class SingleChange:
    """A change before grouping: one answer to each question."""

    way_in: str
    answers: Answers
    ranks: RankPair
    new_pages: PageIds = frozenset()
    lost_pages: PageIds = frozenset()


def group_rows(singles: Iterable[SingleChange]) -> Iterator[ChangeRow]:
    """Merge changes that differ only in the answer to one question into one row with all of these answers."""
    groups: dict[object, list[tuple[SingleChange, dict[str, frozenset[str]]]]] = {}
    for single in singles:
        options_by_question = {question: frozenset({option}) for question, option in single.answers}
        key = single.ranks, single.new_pages, single.lost_pages, frozenset(options_by_question)
        groups.setdefault(key, []).append((single, options_by_question))
    for members in groups.values():
        for single, options_by_question in _merge_members(members):
            answers = tuple(
                sorted((question, tuple(sorted(options))) for question, options in options_by_question.items())
            )
            before, after = map(floor_of, single.ranks)
            yield ChangeRow(single.way_in, answers, before, after, single.new_pages, single.lost_pages)


def _merge_members(
    members: list[tuple[SingleChange, dict[str, frozenset[str]]]],
) -> list[tuple[SingleChange, dict[str, frozenset[str]]]]:
    """Merge *members* into as few as possible that together cover exactly the same people."""
    for question in sorted(members[0][1]):
        merged_by_others: dict[object, tuple[SingleChange, dict[str, frozenset[str]]]] = {}
        for single, options_by_question in members:
            others = frozenset(
                (other_question, options)
                for other_question, options in options_by_question.items()
                if other_question != question
            )
            first, merged_options = merged_by_others.setdefault(
                others, (single, {**options_by_question, question: frozenset()})
            )
            merged_options[question] |= options_by_question[question]
            merged_by_others[others] = first, merged_options
        members = list(merged_by_others.values())
    return members


# ---- how soon


def _urgency_changes(graph: ProductGraph, search: MinimalAnswersSearch, order: list[int]) -> Iterator[SingleChange]:
    """Yield the changes of urgency, the worst first, until every one is covered."""
    end_pairs = [number for number in order if not graph.edges[number]]
    reported: list[tuple[RankPair, Answers]] = []
    changes = {ranks for number in end_pairs if (ranks := graph.ranks(number))[0] != ranks[1]}
    for change in sorted(changes, key=_severity, reverse=True):

        def is_wanted(pair_number: int, _: PageFlags, change: RankPair = change) -> bool:
            """Whether a pair of endings has exactly this change of rank."""
            return graph.ranks(pair_number) == change

        target = search.target_for(is_wanted, order)
        while found := search.find(_covered_formula(search, reported, change), target):
            reported.append((change, found.answers))
            yield SingleChange(found.way_in, found.answers, change)


def _severity(change: RankPair) -> tuple[bool, int, int, int]:
    """Return how much a change matters, for sorting.

    Less urgent before more, then by how far. What covers others goes before them.
    """
    before, after = change
    return after < before, abs(urgency_of(before) - urgency_of(after)), max(change), abs(before - after)


def _covered_formula(search: MinimalAnswersSearch, reported: list[tuple[RankPair, Answers]], change: RankPair) -> int:
    """Return a formula for all people covered by a reported change at least as great, in the same direction."""
    return search.covered_formula(answers for other, answers in reported if _is_within(change, other))


def _is_within(change: RankPair, other: RankPair) -> bool:
    """Whether *change* has the same direction as *other* and lies within it."""
    same_direction = (change[1] < change[0]) == (other[1] < other[0])
    return same_direction and min(other) <= min(change) and max(change) <= max(other)


# ---- what to read


def _add_page_changes(
    graph: ProductGraph, search: MinimalAnswersSearch, order: list[int], changes_by_answers: dict[Answers, SingleChange]
) -> Iterator[str]:
    """Add to *changes_by_answers* the pages that came or went at equal urgency, and yield those cut short.

    People whose change of urgency was reported already are not reported again.
    """
    urgency_answers = list(changes_by_answers)
    max_states = search.visited_count + MAX_EXTRA_STATES_FOR_PAGES
    for page, is_new in sorted(_changed_pages(graph, order)):
        reported, max_rows = list(urgency_answers), len(urgency_answers) + MAX_ROWS_PER_PAGE

        def is_wanted(pair_number: int, flags: PageFlags, page: str = page, is_new: bool = is_new) -> bool:
            """Whether only the wanted version shows the page at this pair of endings."""
            return _shown_at_ending(graph, pair_number, page, flags) == (not is_new, is_new)

        target = search.target_for(is_wanted, order, page)
        while chat := search.find(search.covered_formula(reported), target):
            if len(reported) == max_rows or search.visited_count > max_states:
                yield page
                break
            reported.append(chat.answers)
            known = changes_by_answers.get(chat.answers) or SingleChange(
                chat.way_in, chat.answers, graph.ranks(chat.pair)
            )
            pages = frozenset({page})
            new, lost = (pages, frozenset[str]()) if is_new else (frozenset[str](), pages)
            changes_by_answers[chat.answers] = replace(
                known, new_pages=known.new_pages | new, lost_pages=known.lost_pages | lost
            )


def _sort_key(row: ChangeRow) -> int:
    """Return the sort key of a row: less urgent, more urgent, then changes of pages alone."""
    return 0 if row.is_less_urgent else 1 if row.is_more_urgent else 2


def _shown_at_ending(graph: ProductGraph, pair_number: int, page: str, flags: PageFlags) -> PageFlags | None:
    """Return whether the old and the new version show *page* at a pair of endings.

    None where the urgency differs, which another row reports, and at an emergency, which shows no pages.
    """
    pair = graph.pairs[pair_number]
    nodes = graph.old.nodes[pair.old], graph.new.nodes[pair.new]
    if not _are_pages_compared(*nodes):
        return None
    return flags[0] or page in nodes[0].ending_pages, flags[1] or page in nodes[1].ending_pages


def _changed_pages(graph: ProductGraph, order: list[int]) -> set[tuple[str, bool]]:
    """Return every page that some people newly get (True) or no longer get (False), found in one pass.

    For each pair and each of the four flags there is a bit mask: the pages that some people come there with.
    """
    bits = _page_bits(graph)
    all_pages = (1 << len(bits)) - 1
    masks_by_pair: dict[int, list[int]] = {}
    for flow, root in graph.roots.items():
        old, new = _page_mask(bits, graph.old.initial_pages[flow]), _page_mask(bits, graph.new.initial_pages[flow])
        _merge_masks(masks_by_pair, root, [all_pages & ~old & ~new, ~old & new, old & ~new, old & new])
    changed: set[tuple[str, bool]] = set()
    for pair_number in reversed(order):
        masks = masks_by_pair.pop(pair_number)
        for edge in graph.edges[pair_number]:
            _merge_masks(
                masks_by_pair,
                edge.target,
                _after_giving(masks, _page_mask(bits, edge.old_pages), _page_mask(bits, edge.new_pages)),
            )
        if not graph.edges[pair_number]:
            changed |= set(_differing_pages(graph, pair_number, bits, masks))
    return changed


def _differing_pages(
    graph: ProductGraph, pair_number: int, bits: Mapping[str, int], masks: list[int]
) -> Iterator[tuple[str, bool]]:
    """Yield the pages that only one of the versions shows at a pair of endings; True where only the new one does."""
    pair = graph.pairs[pair_number]
    old, new = graph.old.nodes[pair.old], graph.new.nodes[pair.new]
    if _are_pages_compared(old, new):
        _, only_new, only_old, _ = _after_giving(
            masks, _page_mask(bits, old.ending_pages), _page_mask(bits, new.ending_pages)
        )
        yield from ((page, True) for page, bit in bits.items() if only_new & bit)
        yield from ((page, False) for page, bit in bits.items() if only_old & bit)


def _are_pages_compared(old: VersionNode, new: VersionNode) -> bool:
    """Whether both endings have the same urgency below an emergency, so that their pages are compared."""
    return old.rank == new.rank < EMERGENCY_RANK


def _after_giving(masks: list[int], old: int, new: int) -> list[int]:
    """Return the masks (neither, only new, only old, both) after each version has given the pages *old* and *new*."""
    neither, only_new, only_old, both = masks
    had_old, had_new = only_old | both, only_new | both
    return [
        neither & ~old & ~new,
        (only_new & ~old) | (neither & new & ~old),
        (only_old & ~new) | (neither & old & ~new),
        both | (had_new & old) | (had_old & new) | (neither & old & new),
    ]


def _merge_masks(masks_by_pair: dict[int, list[int]], pair_number: int, more: list[int]) -> None:
    """Add the masks *more* to those of a pair."""
    masks = masks_by_pair.get(pair_number)
    masks_by_pair[pair_number] = [a | b for a, b in zip(masks, more, strict=True)] if masks else more


def _page_bits(graph: ProductGraph) -> dict[str, int]:
    """Return one bit for each page of either version."""
    pages: set[str] = set()
    for version in (graph.old, graph.new):
        pages = pages.union(*version.initial_pages.values(), *(node.ending_pages for node in version.nodes))
        pages = pages.union(*(option_pages for node in version.nodes for option_pages in node.option_pages))
    return {page: 1 << number for number, page in enumerate(sorted(pages))}


def _page_mask(bits: Mapping[str, int], pages: PageIds) -> int:
    """Return the bit mask of *pages*."""
    mask = 0
    for page in pages:
        mask |= bits[page]
    return mask
