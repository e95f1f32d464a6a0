"""What stands below a message: every rule about buttons, and what is left when they pass."""

from collections.abc import Callable
from typing import Any

from tests.support.telegram_double.errors import bad
from tests.support.telegram_double.links import wrong_link
from tests.support.telegram_double.rules import Rules

Json = dict[str, Any]
Rows = list[list[Json]]

_ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
}  # fmt: skip
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_REPLY = {"keyboard", "remove_keyboard", "force_reply"}


def is_reply_markup(markup: Json) -> bool:
    """Whether *markup* is about the person's own keyboard: a message with one can never be edited."""
    return bool(_REPLY & markup.keys())


def inline_rows(markup: Json, rules: Rules, complain: Callable[[str], None]) -> Rows:
    """The rows of an inline keyboard, checked."""
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays')
    if extra := markup.keys() - {"inline_keyboard", "force_reply"}:
        complain(f"unknown in a keyboard: {', '.join(sorted(extra))}")
    if sum(map(len, rows)) > rules.buttons or any(len(row) > rules.buttons_a_row for row in rows):
        raise bad("reply markup is too long")
    return [[_button(button, rules, complain) for button in row] for row in rows if row]


def _button(button: Any, rules: Rules, complain: Callable[[str], None]) -> Json:
    if not isinstance(button, dict):
        raise _no_button("expected an Object")
    if not isinstance(button.get("text"), str):
        raise _no_button('field "text" must be of type String' if "text" in button else 'can\'t find field "text"')
    if not button["text"].strip():
        raise _no_button("button text must be non-empty")
    if extra := button.keys() - _ACTIONS - _LOOKS:
        complain(f"unknown in a button: {', '.join(sorted(extra))}")
    actions = _ACTIONS & button.keys()
    if len(actions) > 1:
        raise _no_button("exactly one action must be given")
    if not actions or button.get("callback_data") == "":
        raise _no_button("Text buttons are unallowed in the inline keyboard")
    if button.get("style") not in (None, "primary", "success", "danger"):
        raise _no_button("invalid button style specified")
    _action(button, rules)
    return button


def _no_button(why: str) -> Exception:
    return bad(f"can't parse inline keyboard button: {why}")


def _action(button: Json, rules: Rules) -> None:
    match button:
        case {"callback_data": data}:
            if not isinstance(data, str):
                raise _no_button('field "callback_data" must be of type String')
            if len(data.encode()) > rules.data_bytes:
                raise bad("BUTTON_DATA_INVALID")
        case {"url": url}:
            if not isinstance(url, str):
                raise _no_button('field "url" must be of type String')
            if wrong := wrong_link(url):
                raise bad(f"inline keyboard button URL '{url}' is invalid: {wrong}")
        case {"copy_text": copied}:
            text = copied.get("text") if isinstance(copied, dict) else None
            if not isinstance(text, str) or not 1 <= len(text) <= rules.copy_text:
                raise bad("BUTTON_COPY_TEXT_INVALID")
        case _:
            raise _no_button("the double knows callback_data, url and copy_text only")
