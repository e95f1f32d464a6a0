"""Metrics for Prometheus and for the operator on call; no number is about a single person.

How conversations ended is published in whole tens only: a single step of it, seen at the right minute, would tell how
one person's conversation ended.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from bot.model.urgency import Urgency
from bot.operations.log_redaction import EVENT_KINDS

BUCKET_EDGES_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
ROUNDING_STEP = 10
CLARITY_ANSWERS = ("yes", "no")
URGENCY_SLUGS = tuple(urgency.slug for urgency in Urgency)


class Metrics:
    """Counters of updates, errors, endings and feedback. Only endings of *flows* are counted."""

    def __init__(self, flows: frozenset[str] = frozenset()) -> None:
        self._flows = flows
        self.events: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.endings: Counter[tuple[str, str]] = Counter()
        self.clarity: Counter[str] = Counter()
        self.rate_limited = 0
        self.refused_calls: Counter[int] = Counter()
        self.dropped_connections: Counter[tuple[str, str]] = Counter()
        self.calls: Counter[tuple[str, str]] = Counter()
        self._bucket_counts, self._total_seconds = [0] * (len(BUCKET_EDGES_SECONDS) + 1), 0.0

    def record_update(self, event: str, seconds: float) -> None:
        """Count a handled update of kind *event*, and its duration."""
        self.events[event if event in EVENT_KINDS else "nothing"] += 1
        self._bucket_counts[bisect_left(BUCKET_EDGES_SECONDS, seconds)] += 1
        self._total_seconds += seconds

    def record_error(self, error: BaseException) -> None:
        """Count an error by its class."""
        self.errors[type(error).__name__] += 1

    def record_refused_call(self, status: int) -> None:
        """Count a call of the webhook that was refused, by the HTTP status that answered it."""
        self.refused_calls[status] += 1

    def record_dropped_connection(self, listener: str, reason: str) -> None:
        """Count a connection that was closed because it went beyond a bound. Both words are from our own source."""
        self.dropped_connections[listener, reason] += 1

    def record_call(self, method: str, outcome: str) -> None:
        """Count a call of a Bot API *method* by its outcome."""
        self.calls[method, outcome] += 1

    def record_ending(self, flow: str, urgency: str) -> None:
        """Count a conversation that came to an outcome."""
        if flow in self._flows and urgency in URGENCY_SLUGS:
            self.endings[flow, urgency] += 1

    def record_clarity(self, answer: str) -> None:
        """Count an answer to whether an ending was clear: "yes" or "no"."""
        if answer in CLARITY_ANSWERS:
            self.clarity[answer] += 1

    def render(self, sessions: int = 0, owed: int = 0, oldest_emergency: float = 0.0) -> str:
        """Return all metrics in Prometheus' text format.

        *sessions* is the number of chats held in memory; *owed*, of entries still to be shown; *oldest_emergency*, for
        how many seconds the emergency waits that waits longest.
        """
        return "\n".join((*self._lines(sessions), *self._sending_lines(owed, oldest_emergency), ""))

    def _sending_lines(self, owed: int, oldest_emergency: float) -> Iterator[str]:
        """Yield the lines about what goes out."""
        yield from _metric_header("calls_total", "counter", "Calls of the Bot API, by method and outcome.")
        for (method, outcome), n in sorted(self.calls.items()):
            yield f'confidante_calls_total{{method="{method}",outcome="{outcome}"}} {n}'
        yield from _metric_header("owed", "gauge", "Answers that were kept and are still to be shown.")
        yield f"confidante_owed {owed}"
        yield from _metric_header(
            "emergency_owed_seconds", "gauge", "How long the oldest emergency waits to be shown, 0 if it does not."
        )
        yield f"confidante_emergency_owed_seconds {oldest_emergency:.3f}"

    def _lines(self, sessions: int) -> Iterator[str]:
        """Yield the lines about what comes in."""
        yield from _metric_header("updates_total", "counter", "Updates dealt with, by kind.")
        yield from (f'confidante_updates_total{{event="{event}"}} {self.events[event]}' for event in EVENT_KINDS)
        yield from _metric_header(
            "update_seconds", "histogram", "How long an update took, from its arrival until it was kept."
        )
        for edge, count in zip((*BUCKET_EDGES_SECONDS, "+Inf"), accumulate(self._bucket_counts), strict=True):
            yield f'confidante_update_seconds_bucket{{le="{edge}"}} {count}'
        yield f"confidante_update_seconds_sum {self._total_seconds:.6f}"
        yield f"confidante_update_seconds_count {sum(self._bucket_counts)}"
        yield from _metric_header("errors_total", "counter", "What went wrong, by kind.")
        yield from (f'confidante_errors_total{{error="{error}"}} {n}' for error, n in sorted(self.errors.items()))
        yield from _metric_header(
            "limited_total", "counter", "Updates of chats that wrote too fast; each was acknowledged."
        )
        yield f"confidante_limited_total {self.rate_limited}"
        yield from self._listener_lines()
        yield from _metric_header("endings_total", "counter", "Outcomes, by flow and urgency, in whole tens.")
        for (flow, urgency), count in sorted(self.endings.items()):
            if count >= ROUNDING_STEP:
                rounded = count // ROUNDING_STEP * ROUNDING_STEP
                yield f'confidante_endings_total{{flow="{flow}",urgency="{urgency}"}} {rounded}'
        yield from _metric_header("clear_total", "counter", "Whether people found an ending clear, in whole tens.")
        yield from (
            f'confidante_clear_total{{clear="{answer}"}} {self.clarity[answer] // ROUNDING_STEP * ROUNDING_STEP}'
            for answer in CLARITY_ANSWERS
        )
        yield from _metric_header("sessions", "gauge", "Chats held in memory, in whole tens.")
        yield f"confidante_sessions {sessions // ROUNDING_STEP * ROUNDING_STEP}"

    def _listener_lines(self) -> Iterator[str]:
        """Yield the lines on what the listeners refused."""
        yield from _metric_header(
            "refused_calls_total", "counter", "Calls of the webhook that were refused, by status."
        )
        yield from (
            f'confidante_refused_calls_total{{status="{status}"}} {n}'
            for status, n in sorted(self.refused_calls.items())
        )
        yield from _metric_header(
            "dropped_connections_total", "counter", "Connections that went beyond a bound, by listener and bound."
        )
        yield from (
            f'confidante_dropped_connections_total{{listener="{listener}",bound="{bound}"}} {n}'
            for (listener, bound), n in sorted(self.dropped_connections.items())
        )


def _metric_header(name: str, kind: str, help_text: str) -> tuple[str, str]:
    """Return the HELP and TYPE lines of a metric."""
    return f"# HELP confidante_{name} {help_text}", f"# TYPE confidante_{name} {kind}"
