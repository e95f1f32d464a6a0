"""What every deed is read and answered with: the library, the buttons, the links, how old the process is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.adapters.telegram.buttons import Buttons
from bot.library import Library
from bot.session import Start

YOUNG = 120  # seconds: so long after a start, an update may be one that the process before had answered


@dataclass(frozen=True, slots=True)
class Desk:
    library: Library
    buttons: Buttons
    read_link: Callable[[str], Start] = Start  # what follows /start in a link
    opened: float = field(default_factory=time.monotonic)

    @property
    def young(self) -> bool:
        return time.monotonic() - self.opened < YOUNG
