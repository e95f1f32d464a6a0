"""The Telegram Bot API client: the few calls the bot makes, each with the few ways in which it can end.

python-telegram-bot is used for the requests, their errors, and its Bot for what is asked once. What is asked at every
tap is asked with plain tables, as a Message has a hundred attributes and two of them are read. Its Application is not
used, as its updater confirms what it polls, and its webhook answers 200, before anything was committed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram_bot.api.request import wire
from bot.adapters.telegram_bot.messages.outgoing import Sheet

NO_PREVIEW = {"is_disabled": True}
CONNECTIONS = 112  # with an API that takes 100 ms, 96 calls at once are 480 steps a second
ANSWER_WITHIN = 10.0  # Telegram answers most calls within one second
SAME = "message is not modified"
TOO_LATE = ("query is too old", "query id is invalid")
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message to delete not found")


class Gone(TelegramError):
    """The message is not in the chat any more, or may not be edited or deleted."""


class Nobody(TelegramError):
    """The person blocked the bot, or the account is gone."""


class Refused(TelegramError):
    """Telegram rejects this request, and would reject it again."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A message as Telegram has it now: its *id*, and its *date*, the second it was sent or last edited."""

    id: int
    at: int


class QuietBot(Bot):
    """A Bot whose repr does not show its token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot()"


class Line:
    """The Bot API client. *timeout* is how many seconds Telegram has for an answer."""

    def __init__(self, token: str, api_url: str, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within
        self._poll, self._wire = wire(2, answer_within), wire(CONNECTIONS, answer_within)
        self.bot = QuietBot(
            str(token),
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._wire,
            get_updates_request=self._poll,
        )

    async def close(self) -> None:
        """Close every connection, also those of a start that was broken off."""
        await self._poll.shutdown()
        await self._wire.shutdown()

    async def fetch(self, asked: Mapping[str, Any], patience: float) -> list[Any]:
        """Call getUpdates; return the updates as plain tables.

        One update that the library cannot read must not take the others with it.
        """
        query = urlencode({name: json.dumps(value) for name, value in asked.items()})
        within = patience + self._answer_within
        updates = await self._poll.post(f"{self.bot.base_url}/getUpdates?{query}", read_timeout=within)
        return updates if isinstance(updates, list) else []

    async def _ask(self, method: str, **fields: Any) -> Any:
        """Call the API *method* and return its result; fields that are None are left out."""
        given = {name: value for name, value in fields.items() if value is not None}
        return await told(self._wire.ask(f"{self.bot.base_url}/{method}", given))

    async def send(self, chat: int, sheet: Sheet) -> Stands:
        """Send *outgoing* to the chat, as a contact if it has a phone number."""
        if phone := sheet.get("phone"):
            return await self._card(chat, phone, sheet)
        sent = await self._ask(
            "sendMessage",
            chat_id=chat,
            text=sheet["text"],
            entities=_entities(sheet),
            reply_markup=keyboard(sheet),
            protect_content=sheet["protect"] or None,
            link_preview_options=NO_PREVIEW,
        )
        return _stands(sent)

    async def _card(self, chat: int, phone: str, sheet: Sheet) -> Stands:
        """Send a phone number as a contact to tap on. It may be saved and forwarded: that is what it is for."""
        name, below = sheet["text"], keyboard(sheet)
        return _stands(
            await self._ask("sendContact", chat_id=chat, phone_number=phone, first_name=name, reply_markup=below)
        )

    async def edit(self, chat: int, message: int, sheet: Sheet) -> Stands | None:
        """Replace the text and the buttons of a message; return None if it looked like that already."""
        return await self._change(
            "editMessageText",
            chat_id=chat,
            message_id=message,
            text=sheet["text"],
            entities=_entities(sheet),
            reply_markup=keyboard(sheet),
            link_preview_options=NO_PREVIEW,
        )

    async def strip(self, chat: int, message: int) -> Stands | None:
        """Remove the buttons of a message; return None if it had none."""
        return await self._change("editMessageReplyMarkup", chat_id=chat, message_id=message)

    async def _change(self, method: str, **fields: Any) -> Stands | None:
        """Call an editing *method*; return None if Telegram says that nothing changed."""
        try:
            return _stands(await self._ask(method, **fields))
        except Refused as error:
            if SAME in error.message.lower():
                return None
            raise

    async def acknowledge(self, query: str, toast: str) -> None:
        """Answer a callback query, with a *toast* or silently; an expired query is no error."""
        try:
            await self._ask("answerCallbackQuery", callback_query_id=query, text=toast or None)
        except Refused as error:
            if not any(words in error.message.lower() for words in TOO_LATE):
                raise

    async def delete(self, chat: int, messages: Iterable[int]) -> None:
        """Delete messages, 100 at most; those that are not in the chat are passed over."""
        await self._ask("deleteMessages", chat_id=chat, message_ids=list(messages))

    async def clear(self, chat: int, messages: list[int]) -> int:
        """Delete messages, 100 at most, as far as Telegram allows; return how many remain."""
        try:
            await self.delete(chat, messages)
        except (Gone, Refused):
            return sum([await self._stays(chat, message) for message in messages])
        return 0

    async def _stays(self, chat: int, message: int) -> bool:
        """Try to delete one message; return whether it remains in the chat."""
        try:
            await self.delete_one(chat, message)
        except Gone:
            return False
        except Refused:
            return True
        return False

    async def delete_one(self, chat: int, message: int) -> None:
        """Delete one message; raise MessageNotFoundError or RequestRejectedError if that fails."""
        await self._ask("deleteMessage", chat_id=chat, message_id=message)


def keyboard(sheet: Sheet) -> dict[str, Any] | None:
    """Return the buttons of *outgoing* as an InlineKeyboardMarkup, None if it has none."""
    if not sheet["rows"]:
        return None
    return {"inline_keyboard": [[_button(*button) for button in row] for row in sheet["rows"]]}


def _button(label: str, data: str, copies: str = "") -> dict[str, Any]:
    """Return an InlineKeyboardButton that sends *data*, or copies *copy_text* to the clipboard."""
    return {"text": label, "copy_text": {"text": copies}} if copies else {"text": label, "callback_data": data}


def _entities(sheet: Sheet) -> list[dict[str, Any]] | None:
    """Return the formatting of *outgoing* as MessageEntity tables, None if it has none."""
    return [{"type": kind, "offset": at, "length": long} for kind, at, long in sheet.get("marks", [])] or None


def _stands(message: Mapping[str, Any]) -> Stands:
    """Return a Message of the Bot API as a SentMessage."""
    return Stands(int(message["message_id"]), int(message.get("edit_date") or message["date"]))


async def told(call: Any) -> Any:
    """Await *request*; turn the library's errors into ours.

    Raises MessageNotFoundError, ChatUnreachableError or RequestRejectedError; those of api/errors.py pass through.
    """
    try:
        return await call
    except (Forbidden, ChatMigrated):
        raise Nobody("nobody") from None
    except BadRequest as error:
        said = error.message.lower()
        if any(words in said for words in GONE):
            raise Gone("gone") from None
        raise Refused(error.message) from None
