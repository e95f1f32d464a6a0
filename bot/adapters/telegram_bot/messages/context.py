"""What every update is read and answered with: the bundle, the callback data, the links, the age of the process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.engine.session import Start
from bot.model.bundle import ContentBundle

RECENT_START_SECONDS = 120  # so long after a start, the process before may have answered an update


@dataclass(frozen=True, slots=True)
class UpdateContext:
    """The context in which updates are read and answered."""

    bundle: ContentBundle
    callback_data: CallbackDataCodec
    read_link: Callable[[str], Start] = Start  # reads what follows /start in a link
    started_at: float = field(default_factory=time.monotonic)

    @property
    def started_recently(self) -> bool:
        """Whether the process started so recently that its predecessor may have answered this update."""
        return time.monotonic() - self.started_at < RECENT_START_SECONDS
