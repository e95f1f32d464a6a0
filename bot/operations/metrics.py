"""Metrics for Prometheus and for the operator on call; no number is about a single person.

How conversations ended is published in whole tens only: a single step of it, seen at the right minute, would tell how
one person's conversation ended.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from bot.model.urgency import Urgency
from bot.operations.log_redaction import EVENTS

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
TEN = 10
CLEAR = ("yes", "no")
URGENCIES = tuple(urgency.word for urgency in Urgency)


class Metrics:
    """Counters of updates, errors, endings and feedback. Only endings of *flows* are counted."""

    def __init__(self, flows: frozenset[str] = frozenset()) -> None:
        self._flows = flows
        self.events: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.endings: Counter[tuple[str, str]] = Counter()
        self.clear: Counter[str] = Counter()
        self.limited = 0
        self._buckets, self._seconds = [0] * (len(EDGES) + 1), 0.0

    def heard(self, event: str, seconds: float) -> None:
        """Count a handled update of kind *event*, and its duration."""
        self.events[event if event in EVENTS else "nothing"] += 1
        self._buckets[bisect_left(EDGES, seconds)] += 1
        self._seconds += seconds

    def failed(self, error: BaseException) -> None:
        """Count an error by its class."""
        self.errors[type(error).__name__] += 1

    def ended(self, flow: str, urgency: str) -> None:
        """Count a conversation that came to an outcome."""
        if flow in self._flows and urgency in URGENCIES:
            self.endings[flow, urgency] += 1

    def told(self, clear: str) -> None:
        """Count an answer to whether an ending was clear: "yes" or "no"."""
        if clear in CLEAR:
            self.clear[clear] += 1

    def text(self, sessions: int = 0) -> str:
        """Return all metrics in Prometheus' text format. *sessions* is the number of chats held in memory."""
        return "\n".join((*self._lines(sessions), ""))

    def _lines(self, sessions: int) -> Iterator[str]:
        """Yield the lines of the text format."""
        yield from _head("updates_total", "counter", "Updates dealt with, by kind.")
        yield from (f'confidante_updates_total{{event="{event}"}} {self.events[event]}' for event in EVENTS)
        yield from _head("update_seconds", "histogram", "How long an update took, from its arrival until it was kept.")
        for edge, count in zip((*EDGES, "+Inf"), accumulate(self._buckets), strict=True):
            yield f'confidante_update_seconds_bucket{{le="{edge}"}} {count}'
        yield f"confidante_update_seconds_sum {self._seconds:.6f}"
        yield f"confidante_update_seconds_count {sum(self._buckets)}"
        yield from _head("errors_total", "counter", "What went wrong, by kind.")
        yield from (f'confidante_errors_total{{error="{error}"}} {n}' for error, n in sorted(self.errors.items()))
        yield from _head("limited_total", "counter", "Updates of chats that wrote too fast; each was acknowledged.")
        yield f"confidante_limited_total {self.limited}"
        yield from _head("endings_total", "counter", "Outcomes, by flow and urgency, in whole tens.")
        for (flow, urgency), count in sorted(self.endings.items()):
            if count >= TEN:
                yield f'confidante_endings_total{{flow="{flow}",urgency="{urgency}"}} {count // TEN * TEN}'
        yield from _head("clear_total", "counter", "Whether people found an ending clear, in whole tens.")
        yield from (f'confidante_clear_total{{clear="{word}"}} {self.clear[word] // TEN * TEN}' for word in CLEAR)
        yield from _head("sessions", "gauge", "Chats held in memory, in whole tens.")
        yield f"confidante_sessions {sessions // TEN * TEN}"


def _head(name: str, kind: str, what: str) -> tuple[str, str]:
    """Return the HELP and TYPE lines of a metric."""
    return f"# HELP confidante_{name} {what}", f"# TYPE confidante_{name} {kind}"
