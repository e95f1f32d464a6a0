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
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.adapters.telegram_bot.api.errors import ChatUnreachableError, MessageNotFoundError, RequestRejectedError
from bot.adapters.telegram_bot.api.request import create_request
from bot.sessions.outbox_entry import OutgoingMessage

NO_LINK_PREVIEW = {"is_disabled": True}
MAX_API_CONNECTIONS = 112  # with an API that takes 100 ms, 96 calls at once are 480 steps a second
API_TIMEOUT_SECONDS = 10.0  # Telegram answers most calls within one second
NOT_MODIFIED_TEXT = "message is not modified"
EXPIRED_QUERY_TEXTS = ("query is too old", "query id is invalid")
MESSAGE_GONE_TEXTS = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as Telegram has it now: its *id*, and its *date*, the second it was sent or last edited."""

    id: int
    date: int


class TokenHidingBot(Bot):
    """A Bot whose repr does not show its token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "QuietBot()"


class ApiClient:
    """The Bot API client. *timeout* is how many seconds Telegram has for an answer."""

    def __init__(self, token: str, api_url: str, timeout: float = API_TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._poll_request, self._request = create_request(2, timeout), create_request(MAX_API_CONNECTIONS, timeout)
        self.bot = TokenHidingBot(
            str(token),
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._request,
            get_updates_request=self._poll_request,
        )

    async def close(self) -> None:
        """Close every connection, also those of a start that was broken off."""
        await self._poll_request.shutdown()
        await self._request.shutdown()

    async def get_updates(self, parameters: Mapping[str, Any], poll_seconds: float) -> list[Any]:
        """Call getUpdates; return the updates as plain tables.

        One update that the library cannot read must not take the others with it.
        """
        query = urlencode({name: json.dumps(value) for name, value in parameters.items()})
        timeout = poll_seconds + self._timeout
        updates = await self._poll_request.post(f"{self.bot.base_url}/getUpdates?{query}", read_timeout=timeout)
        return updates if isinstance(updates, list) else []

    async def _call(self, method: str, **fields: Any) -> Any:
        """Call the API *method* and return its result; fields that are None are left out."""
        payload = {name: value for name, value in fields.items() if value is not None}
        return await map_api_errors(self._request.post_json(f"{self.bot.base_url}/{method}", payload))

    async def send(self, chat_id: int, outgoing: OutgoingMessage) -> SentMessage:
        """Send *outgoing* to the chat, as a contact if it has a phone number."""
        if phone := outgoing.phone:
            return await self._send_contact(chat_id, phone, outgoing)
        sent = await self._call(
            "sendMessage",
            chat_id=chat_id,
            text=outgoing.text,
            entities=_message_entities(outgoing),
            reply_markup=inline_keyboard(outgoing),
            protect_content=outgoing.protect or None,
            link_preview_options=NO_LINK_PREVIEW,
        )
        return _to_sent_message(sent)

    async def _send_contact(self, chat_id: int, phone: str, outgoing: OutgoingMessage) -> SentMessage:
        """Send a phone number as a contact to tap on. It may be saved and forwarded: that is what it is for."""
        name, reply_markup = outgoing.text, inline_keyboard(outgoing)
        return _to_sent_message(
            await self._call(
                "sendContact", chat_id=chat_id, phone_number=phone, first_name=name, reply_markup=reply_markup
            )
        )

    async def edit(self, chat_id: int, message_id: int, outgoing: OutgoingMessage) -> SentMessage | None:
        """Replace the text and the buttons of a message; return None if it looked like that already."""
        return await self._edit(
            "editMessageText",
            chat_id=chat_id,
            message_id=message_id,
            text=outgoing.text,
            entities=_message_entities(outgoing),
            reply_markup=inline_keyboard(outgoing),
            link_preview_options=NO_LINK_PREVIEW,
        )

    async def remove_buttons(self, chat_id: int, message_id: int) -> SentMessage | None:
        """Remove the buttons of a message; return None if it had none."""
        return await self._edit("editMessageReplyMarkup", chat_id=chat_id, message_id=message_id)

    async def _edit(self, method: str, **fields: Any) -> SentMessage | None:
        """Call an editing *method*; return None if Telegram says that nothing changed."""
        try:
            return _to_sent_message(await self._call(method, **fields))
        except RequestRejectedError as error:
            if NOT_MODIFIED_TEXT in error.message.lower():
                return None
            raise

    async def answer_callback_query(self, query_id: str, toast: str) -> None:
        """Answer a callback query, with a *toast* or silently; an expired query is no error."""
        try:
            await self._call("answerCallbackQuery", callback_query_id=query_id, text=toast or None)
        except RequestRejectedError as error:
            if not any(words in error.message.lower() for words in EXPIRED_QUERY_TEXTS):
                raise

    async def delete_messages(self, chat_id: int, message_ids: Iterable[int]) -> None:
        """Delete messages, 100 at most; those that are not in the chat are passed over."""
        await self._call("deleteMessages", chat_id=chat_id, message_ids=list(message_ids))

    async def delete_and_count_remaining(self, chat_id: int, message_ids: list[int]) -> int:
        """Delete messages, 100 at most, as far as Telegram allows; return how many remain."""
        try:
            await self.delete_messages(chat_id, message_ids)
        except (MessageNotFoundError, RequestRejectedError):
            return sum([await self._remains_after_delete(chat_id, message_id) for message_id in message_ids])
        return 0

    async def _remains_after_delete(self, chat_id: int, message_id: int) -> bool:
        """Try to delete one message; return whether it remains in the chat."""
        try:
            await self.delete_message(chat_id, message_id)
        except MessageNotFoundError:
            return False
        except RequestRejectedError:
            return True
        return False

    async def delete_message(self, chat_id: int, message_id: int) -> None:
        """Delete one message; raise MessageNotFoundError or RequestRejectedError if that fails."""
        await self._call("deleteMessage", chat_id=chat_id, message_id=message_id)


def inline_keyboard(outgoing: OutgoingMessage) -> dict[str, Any] | None:
    """Return the buttons of *outgoing* as an InlineKeyboardMarkup, None if it has none."""
    if not outgoing.rows:
        return None
    return {"inline_keyboard": [[_inline_button(*button) for button in row] for row in outgoing.rows]}


def _inline_button(label: str, data: str, copy_text: str = "") -> dict[str, Any]:
    """Return an InlineKeyboardButton that sends *data*, or copies *copy_text* to the clipboard."""
    return {"text": label, "copy_text": {"text": copy_text}} if copy_text else {"text": label, "callback_data": data}


def _message_entities(outgoing: OutgoingMessage) -> list[dict[str, Any]] | None:
    """Return the formatting of *outgoing* as MessageEntity tables, None if it has none."""
    return [{"type": kind, "offset": offset, "length": length} for kind, offset, length in outgoing.entities] or None


def _to_sent_message(message: Mapping[str, Any]) -> SentMessage:
    """Return a Message of the Bot API as a SentMessage."""
    return SentMessage(int(message["message_id"]), int(message.get("edit_date") or message["date"]))


async def map_api_errors(request: Any) -> Any:
    """Await *request*; turn the library's errors into ours.

    Raises MessageNotFoundError, ChatUnreachableError or RequestRejectedError; those of api/errors.py pass through.
    """
    try:
        return await request
    except (Forbidden, ChatMigrated):
        raise ChatUnreachableError("nobody") from None
    except BadRequest as error:
        description = error.message.lower()
        if any(words in description for words in MESSAGE_GONE_TEXTS):
            raise MessageNotFoundError("gone") from None
        raise RequestRejectedError(error.message) from None
