"""How strict Telegram is today: every limit that a test may want to move."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a second."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits as Telegram has them. Seconds are the double's clock, unless they are called real.

    Rates are counted in real time, as a bot waits in it. They are lenient, because a test is faster than a person;
    `documented()` has the real ones. A clock that runs fast makes `answer_within` short: give it more then.
    """

    text: int = 4096
    toast: int = 200
    data_bytes: int = 64
    copy_text: int = 256
    buttons: int = 100
    buttons_a_row: int = 8
    answer_within: float = 15.0  # not documented; people report about this
    tap_lives: float = 150.0
    update_lives: float = 24 * 3600.0
    delete_within: float = 48 * 3600.0
    ids_jump_after: float = 7 * 24 * 3600.0
    webhook_every: float = 1.0  # real seconds
    webhook_longest_delay: float = 60.0  # up to twice that, by chance
    webhook_patience: float = 10.0  # real seconds
    webhook_https: bool = False  # the real one insists; on loopback there is no certificate
    longest_poll: float = 50.0  # real seconds
    group_privacy: bool = True
    chat_rate: Rate | None = Rate(100, 20)
    group_rate: Rate | None = Rate(100, 20)
    whole_rate: Rate | None = None


def documented() -> Rules:
    """The rates that Telegram's documentation speaks of."""
    return Rules(chat_rate=Rate(5, 1), group_rate=Rate(20, 20 / 60), whole_rate=Rate(30, 30))


@dataclass(slots=True)
class Bucket:
    """What is left of a rate; `take` says how long to wait, and 0 means go on."""

    rate: Rate
    left: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.at = self.rate.burst, time.monotonic()

    def take(self) -> float:
        now = time.monotonic()
        self.left = min(self.rate.burst, self.left + (now - self.at) * self.rate.per_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate.per_second
