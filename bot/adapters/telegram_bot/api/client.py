"""The Telegram Bot API client: the few calls the bot makes, each with the few ways in which it can end.

The calls are plain tables: of a Message's hundred attributes two are read. A result that is not of the method's kind
is no result: nobody knows then whether the call was carried out. No answer of Telegram's raises anything but an error
of api/errors.py, whatever it looks like.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.adapters.telegram_bot.api.answer import wrong_kind
from bot.adapters.telegram_bot.api.errors import (
    ApiError,
    MessageNotFoundError,
    RequestRejectedError,
    TokenDoubtError,
)
from bot.adapters.telegram_bot.api.message_ids import MessageIds
from bot.adapters.telegram_bot.api.request import create_request
from bot.sessions.outbox_entry import OutgoingMessage

Result = TypeVar("Result")
NO_LINK_PREVIEW = {"is_disabled": True}
MAX_API_CONNECTIONS = 112  # with an API that takes 100 ms, 96 calls at once are 480 steps a second
API_TIMEOUT_SECONDS = 10.0  # Telegram answers most calls within one second
MAX_DELETED_SINGLY = 10  # messages that are deleted one by one, where one of them cannot be
NOT_MODIFIED_TEXT = "message is not modified"
EXPIRED_QUERY_TEXTS = ("query is too old", "query id is invalid")


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as Telegram has it now: its *id*, and its *date*, the second it was sent or last edited."""

    id: int
    date: int


class ApiClient:
    """The Bot API client. *timeout* is how many seconds Telegram has for an answer.

    *on_call* is told each call's method and outcome; *token_in_doubt* is set when one says that the token is not known.
    """

    def __init__(self, token: str, api_url: str, timeout: float = API_TIMEOUT_SECONDS) -> None:
        self._timeout, self._base_url = timeout, f"{api_url}/bot{token!s}"
        self.message_ids = MessageIds()
        self._poll_request, self._request = create_request(2, timeout), create_request(MAX_API_CONNECTIONS, timeout)
        self.on_call: Callable[[str, str], None] = lambda _method, _outcome: None
        self.token_in_doubt = asyncio.Event()

    async def close(self) -> None:
        """Close every connection, also those of a start that was broken off."""
        await self._poll_request.close()
        await self._request.close()

    async def _call(self, method: str, read_result: Callable[[Any], Result], **fields: Any) -> Result:
        """Call the API *method* and return its result as *read_result* reads it; fields that are None are left out."""
        payload = {name: value for name, value in fields.items() if value is not None}
        return await self._counted(method, read_result, self._request.post_json(f"{self._base_url}/{method}", payload))

    async def _counted(self, method: str, read_result: Callable[[Any], Result], request: Any) -> Result:
        """Await *request* and read its result; tell how it ended."""
        try:
            result = read_result(await request)
        except ApiError as error:
            self.on_call(method, error.outcome)
            if isinstance(error, TokenDoubtError):
                self.token_in_doubt.set()
            raise
        self.on_call(method, "ok")
        return result

    # ---- the bot itself

    async def get_me(self) -> str:
        """Return the bot's user name."""
        return await self._call("getMe", lambda result: _text_in(result, "username"))

    async def get_webhook_url(self) -> str:
        """Return the address that updates are posted to; empty when none is set."""
        return await self._call("getWebhookInfo", lambda result: _text_in(result, "url"))

    async def get_pending_update_count(self) -> int:
        """Return how many updates wait at Telegram to be posted."""
        return await self._call("getWebhookInfo", lambda result: _count_in(result, "pending_update_count"))

    async def set_webhook(self, url: str, **fields: Any) -> None:
        """Let Telegram post updates to *url*."""
        await self._call("setWebhook", _read_true, url=url, **fields)

    async def delete_webhook(self) -> None:
        """Let Telegram post updates nowhere; those that wait are kept."""
        await self._call("deleteWebhook", _read_true, drop_pending_updates=False)

    async def get_updates(self, parameters: Mapping[str, Any], poll_seconds: float) -> list[Any]:
        """Call getUpdates; return the updates as plain tables."""
        request = self._poll_request.post_json(
            f"{self._base_url}/getUpdates", parameters, timeout=poll_seconds + self._timeout
        )
        return await self._counted("getUpdates", _read_list, request)

    async def get_commands(self, language_code: str) -> list[Any]:
        """Return the menu of commands in a language; an empty code stands for every language without its own."""
        return await self._call("getMyCommands", _read_list, language_code=language_code)

    async def set_commands(self, commands: list[dict[str, str]], language_code: str) -> None:
        """Set the menu of commands in a language."""
        await self._call("setMyCommands", _read_true, commands=commands, language_code=language_code)

    async def get_profile_text(self, name: str, language_code: str) -> str:
        """Return the bot's `Description` or `ShortDescription`, as *name* says, in a language."""
        key = {"Description": "description", "ShortDescription": "short_description"}[name]
        return await self._call(f"getMy{name}", lambda result: _text_in(result, key), language_code=language_code)

    async def set_profile_text(self, name: str, text: str, language_code: str) -> None:
        """Set the bot's `Description` or `ShortDescription`, as *name* says, in a language."""
        key = {"Description": "description", "ShortDescription": "short_description"}[name]
        await self._call(f"setMy{name}", _read_true, **{key: text}, language_code=language_code)

    async def leave_chat(self, chat_id: int) -> None:
        """Leave a group."""
        await self._call("leaveChat", _read_true, chat_id=chat_id)

    # ---- messages

    async def send(self, chat_id: int, outgoing: OutgoingMessage) -> SentMessage:
        """Send *outgoing* to the chat, as a contact if it has a phone number."""
        if phone := outgoing.phone:
            return await self._send_contact(chat_id, phone, outgoing)
        sent = await self._call(
            "sendMessage",
            _read_message,
            chat_id=chat_id,
            text=outgoing.text,
            entities=_message_entities(outgoing),
            reply_markup=inline_keyboard(outgoing),
            protect_content=outgoing.protect or None,
            link_preview_options=NO_LINK_PREVIEW,
        )
        return self._noted(chat_id, sent)

    async def _send_contact(self, chat_id: int, phone: str, outgoing: OutgoingMessage) -> SentMessage:
        """Send a phone number as a contact to tap on. It may be saved and forwarded: that is what it is for."""
        sent = await self._call(
            "sendContact",
            _read_message,
            chat_id=chat_id,
            phone_number=phone,
            first_name=outgoing.text,
            reply_markup=inline_keyboard(outgoing),
        )
        return self._noted(chat_id, sent)

    def _noted(self, chat_id: int, sent: SentMessage) -> SentMessage:
        """Return the message *sent*; its id is noted."""
        self.message_ids.note(chat_id, sent.id)
        return sent

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
            return await self._call(method, _read_message, **fields)
        except RequestRejectedError as error:
            if NOT_MODIFIED_TEXT in error.message.lower():
                return None
            raise

    async def answer_callback_query(self, query_id: str, toast: str, *, alert: bool = False) -> bool:
        """Answer a callback query, with a *toast* or silently; return False if it has expired.

        An *alert* stays until it is closed.
        """
        try:
            await self._call(
                "answerCallbackQuery",
                _read_true,
                callback_query_id=query_id,
                text=toast or None,
                show_alert=alert or None,
            )
            return True
        except RequestRejectedError as error:
            if not any(words in error.message.lower() for words in EXPIRED_QUERY_TEXTS):
                raise
            return False

    async def delete_messages(self, chat_id: int, message_ids: Iterable[int]) -> None:
        """Delete messages, 100 at most; those that are not in the chat are passed over."""
        await self._call("deleteMessages", _read_true, chat_id=chat_id, message_ids=list(message_ids))

    async def delete_and_count_remaining(self, chat_id: int, message_ids: list[int]) -> int:
        """Delete messages, 100 at most, as far as Telegram allows; return how many remain.

        One that cannot be deleted keeps all: so they are given again in tens, and at last one by one.
        """
        try:
            await self.delete_messages(chat_id, message_ids)
            return 0
        except (MessageNotFoundError, RequestRejectedError):
            if len(message_ids) <= MAX_DELETED_SINGLY:
                return sum([await self._remains_after_delete(chat_id, message_id) for message_id in message_ids])
        tens = [message_ids[at : at + MAX_DELETED_SINGLY] for at in range(0, len(message_ids), MAX_DELETED_SINGLY)]
        return sum([await self.delete_and_count_remaining(chat_id, ten) for ten in tens])

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
        await self._call("deleteMessage", _read_true, chat_id=chat_id, message_id=message_id)


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


def _read_message(result: Any) -> SentMessage:
    """Return a Message of the Bot API as a SentMessage."""
    match result:
        case {"message_id": int(message_id), "date": int(date)} if message_id > 0:
            edit_date = result.get("edit_date")
            return SentMessage(message_id, edit_date if isinstance(edit_date, int) and edit_date else date)
    return wrong_kind()


def _read_true(result: Any) -> None:
    """Take True, which most methods return."""
    if result is not True:
        wrong_kind()


def _count_in(result: Any, name: str) -> int:
    """Return the whole number that a table holds by this *name*."""
    value = result.get(name) if isinstance(result, dict) else None
    return value if type(value) is int else wrong_kind()


def _read_list(result: Any) -> list[Any]:
    """Return a list as it is."""
    return result if isinstance(result, list) else wrong_kind()


def _text_in(result: Any, name: str) -> str:
    """Return the text *name* of an object."""
    text = result.get(name) if isinstance(result, dict) else None
    return text if isinstance(text, str) else wrong_kind()
