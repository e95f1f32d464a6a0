"""The types of stored numbers, within limits that every store and every JSON library keeps; a boolean is no number."""

from typing import Annotated

from msgspec import Meta

NUMBER_LIMIT = 1 << 63  # every stored number is smaller: turns, seconds, Telegram's ids

StoredInteger = Annotated[int, Meta(ge=1 - NUMBER_LIMIT, le=NUMBER_LIMIT - 1)]
StoredCount = Annotated[int, Meta(ge=0, le=NUMBER_LIMIT - 1)]
StoredSeconds = Annotated[float, Meta(ge=0, lt=float(NUMBER_LIMIT))]  # of the epoch
