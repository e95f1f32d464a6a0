"""The line to Telegram: the few calls the bot makes, each with the few ways in which it can end.

Here python-telegram-bot's Bot is used for what it is: methods, types, errors. Its Application is not, as its updater
confirms what it polls, and its webhook answers 200, before anything was kept.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.sheets import Sheet
from bot.adapters.telegram.wire import wire

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
CONNECTIONS = 64
ANSWER_WITHIN = 10.0  # seconds; Telegram answers most calls within one
SAME = "message is not modified"
TOO_LATE = ("query is too old", "query id is invalid")
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message to delete not found")


class Gone(TelegramError):
    """That message is not there any more, or may not be touched."""


class Nobody(TelegramError):
    """The bot was blocked, or the account is gone."""


class Refused(TelegramError):
    """Telegram refuses this, and would refuse it again."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A message as Telegram has it now: its id, and the second it was sent or changed."""

    id: int
    at: int


class QuietBot(Bot):
    """A Bot that does not show its token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot()"


class Line:
    def __init__(self, token: str, api_url: str, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within
        self._poll = wire(2, answer_within)
        self.bot = QuietBot(
            str(token),
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=wire(CONNECTIONS, answer_within),
            get_updates_request=self._poll,
        )

    async def fetch(self, asked: Mapping[str, Any], patience: float) -> list[Any]:
        """getUpdates, as plain tables: one that the library cannot read must not take the others with it."""
        query = urlencode({name: json.dumps(value) for name, value in asked.items()})
        within = patience + self._answer_within
        updates = await self._poll.post(f"{self.bot.base_url}/getUpdates?{query}", read_timeout=within)
        return updates if isinstance(updates, list) else []

    async def send(self, chat: int, sheet: Sheet) -> Stands:
        message = await told(
            self.bot.send_message(
                chat,
                sheet["text"],
                reply_markup=keyboard(sheet),
                protect_content=sheet["protect"],
                link_preview_options=NO_PREVIEW,
            )
        )
        return _stands(message)

    async def edit(self, chat: int, message: int, sheet: Sheet) -> Stands | None:
        """None: it looked like that already."""
        call = self.bot.edit_message_text(
            sheet["text"], chat, message, reply_markup=keyboard(sheet), link_preview_options=NO_PREVIEW
        )
        return await self._changed(call)

    async def strip(self, chat: int, message: int) -> Stands | None:
        """Take the buttons away."""
        return await self._changed(self.bot.edit_message_reply_markup(chat, message))

    async def _changed(self, call: Any) -> Stands | None:
        try:
            return _stands(await told(call))
        except Refused as error:
            if SAME in error.message.lower():
                return None
            raise

    async def acknowledge(self, query: str, toast: str) -> None:
        try:
            await told(self.bot.answer_callback_query(query, toast or None))
        except Refused as error:
            if not any(words in error.message.lower() for words in TOO_LATE):
                raise

    async def delete(self, chat: int, messages: Iterable[int]) -> None:
        """At most 100; those that are not there are passed over."""
        await told(self.bot.delete_messages(chat, list(messages)))

    async def delete_one(self, chat: int, message: int) -> None:
        await told(self.bot.delete_message(chat, message))


def keyboard(sheet: Sheet) -> InlineKeyboardMarkup | None:
    if not sheet["rows"]:
        return None
    rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in sheet["rows"]]
    return InlineKeyboardMarkup(rows)


def _stands(message: Message | bool) -> Stands:
    assert isinstance(message, Message)
    return Stands(message.message_id, int((message.edit_date or message.date).timestamp()))


async def told(call: Any) -> Any:
    """What *call* comes to, or how it ended: Gone, Nobody, Refused, or as the wire says."""
    try:
        return await call
    except (Forbidden, ChatMigrated):
        raise Nobody("nobody") from None
    except BadRequest as error:
        said = error.message.lower()
        if any(words in said for words in GONE):
            raise Gone("gone") from None
        raise Refused(error.message) from None
