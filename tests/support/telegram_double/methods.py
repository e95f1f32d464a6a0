"""Where every call comes in: the token, the method, what it was given, the pace, and then the work."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.support.telegram_double import profile, receiving, sending
from tests.support.telegram_double.errors import ApiRefusalError, bad
from tests.support.telegram_double.parameters import NAMES, read
from tests.support.telegram_double.world import Call, World

Json = dict[str, Any]
Method = Callable[[World, Json], Any]

METHODS: Mapping[str, Method] = {
    "getMe": profile.get_me,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendContact": sending.send_contact,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "answerCallbackQuery": sending.answer_callback_query,
    "leaveChat": profile.leave_chat,
    "setMyCommands": profile.set_commands,
    "getMyCommands": profile.get_commands,
    "deleteMyCommands": profile.delete_commands,
    "setMyName": partial(profile.set_text, "name"),
    "getMyName": partial(profile.get_text, "name"),
    "setMyDescription": partial(profile.set_text, "description"),
    "getMyDescription": partial(profile.get_text, "description"),
    "setMyShortDescription": partial(profile.set_text, "short_description"),
    "getMyShortDescription": partial(profile.get_text, "short_description"),
}


def begin(world: World, token: str, method: str, given: Json) -> Call:
    """Write the call down as it came in."""
    call = Call(len(world.calls) + 1, world.clock.now(), NAMES.get(method.lower(), method), given)
    call.chat = _chat(world, given)
    if token == world.token:
        world.calls.append(call)
    else:
        call.method = ""  # a stranger's
    return call


def _chat(world: World, given: Json) -> int | None:
    """The chat that a call is about, for faults and records; a tap's answer is about the tap's chat."""
    if tap := world.taps.get(str(given.get("callback_query_id", ""))):
        return tap.chat.id
    try:
        return int(given["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


async def carry_out(world: World, call: Call) -> Json:
    """Do what the call asks, strictly; the body of the answer comes back, or a ApiRefusalError is raised."""
    if not call.method:
        raise ApiRefusalError(401, "Unauthorized")
    if call.method not in METHODS:
        world.complain(f"the double knows no method {call.method}")
        raise ApiRefusalError(404, "Not Found")
    values, unknown = read(call.method, call.given)
    for name in unknown:
        world.complain(f"{call.method} was given the unknown {name}")
    if "business_connection_id" in values or "inline_message_id" in values:
        raise bad("the double has no business connections and no inline messages")
    result = METHODS[call.method](world, values)
    if inspect.isawaitable(result):
        result = await result
    call.done = True
    return {"ok": True, "result": result}
