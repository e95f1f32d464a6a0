"""What every update is read and answered with: the bundle, the callback data, the links."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.engine.session import Start
from bot.model.bundle import ContentBundle


@dataclass(frozen=True, slots=True)
class UpdateContext:
    """The context in which updates are read and answered."""

    bundle: ContentBundle
    callback_data: CallbackDataCodec
    read_link: Callable[[str], Start] = Start  # reads what follows /start in a link
