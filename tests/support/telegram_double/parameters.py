"""What each method may be given, by the Bot API's reference (10.3): names, kinds, and which are needed (`!`)."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.telegram_double.errors import TOO_OLD, ApiRefusalError, bad

_SEND = """business_connection_id:text message_thread_id:int direct_messages_topic_id:int disable_notification:bool
    ephemeral_message_parameters:object protect_content:bool allow_paid_broadcast:bool message_effect_id:text
    suggested_post_parameters:object reply_parameters:object reply_markup:object"""
_EDIT = "business_connection_id:text chat_id:chat message_id:int inline_message_id:text reply_markup:object"
_TEXT = "parse_mode:text entities:list link_preview_options:object"
_WORDS = "language_code:text"

_WRITTEN = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:list",
    "setWebhook": """url:text certificate:file ip_address:text max_connections:int allowed_updates:list
        drop_pending_updates:bool secret_token:text""",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"chat_id:chat! text:text! {_TEXT} {_SEND}",
    "sendContact": f"chat_id:chat! phone_number:text! first_name:text! last_name:text vcard:text {_SEND}",
    "sendChatAction": "business_connection_id:text chat_id:chat! message_thread_id:int action:text!",
    "editMessageText": f"text:text {_TEXT} rich_message:object {_EDIT}",
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": "chat_id:chat! message_id:int!",
    "deleteMessages": "chat_id:chat! message_ids:list!",
    "answerCallbackQuery": "callback_query_id:text! text:text show_alert:bool url:text cache_time:int",
    "leaveChat": "chat_id:chat!",
    "setMyCommands": f"commands:list! scope:object {_WORDS}",
    "getMyCommands": f"scope:object {_WORDS}",
    "deleteMyCommands": f"scope:object {_WORDS}",
    "setMyName": f"name:text {_WORDS}",
    "getMyName": _WORDS,
    "setMyDescription": f"description:text {_WORDS}",
    "getMyDescription": _WORDS,
    "setMyShortDescription": f"short_description:text {_WORDS}",
    "getMyShortDescription": _WORDS,
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "callback_query_id": TOO_OLD,
}


def _signature(text: str) -> dict[str, tuple[str, bool]]:
    pairs = (word.split(":") for word in text.split())
    return {name: (kind.rstrip("!"), kind.endswith("!")) for name, kind in pairs}


SIGNATURES = {method: _signature(text) for method, text in _WRITTEN.items()}
NAMES = {method.lower(): method for method in SIGNATURES}  # Telegram does not mind the case of a method's name


def read(method: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values that *given* means, each of its kind, and the names that *method* does not know."""
    signature = SIGNATURES[method]
    values = {name: _value(name, signature[name][0], raw) for name, raw in given.items() if name in signature}
    for name, (_, needed) in signature.items():
        if needed and values.get(name) in (None, ""):
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
    return values, sorted(given.keys() - signature.keys())


def _value(name: str, kind: str, raw: Any) -> Any:
    wrong = bad(f'parameter "{name}" must be of type {kind}')
    match kind:
        case "int":
            return _integer(raw, wrong)
        case "chat":
            return raw if isinstance(raw, str) and raw.startswith("@") else _integer(raw, bad("chat not found"))
        case "bool":
            return _boolean(raw, wrong)
        case "list" | "object":
            return _structure(name, raw, list if kind == "list" else dict)
        case _:
            if not isinstance(raw, str):
                raise wrong
            return raw


def _integer(raw: Any, wrong: ApiRefusalError) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise wrong
    try:
        return int(raw)
    except ValueError:
        raise wrong from None


def _boolean(raw: Any, wrong: ApiRefusalError) -> bool:
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() not in ("true", "false", "1", "0"):
        raise wrong
    return str(raw).lower() in ("true", "1")


def _structure(name: str, raw: Any, kind: type) -> Any:
    what = "reply keyboard markup" if name == "reply_markup" else name
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise bad(f"can't parse {what} JSON object") from None
    if not isinstance(value, kind):
        raise bad(f"{what} must be {'an array' if kind is list else 'an object'}")
    return value
