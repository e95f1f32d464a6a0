"""What the bot may write, change and take away: the methods that people see."""

from typing import Any

from tests.support.telegram_double import keyboard, markup
from tests.support.telegram_double.chats import Chat, Message, Rows
from tests.support.telegram_double.errors import NOT_MODIFIED, TOO_OLD, ApiRefusalError, bad, blocked, flood
from tests.support.telegram_double.world import Tap, World

Json = dict[str, Any]


def open_chat(world: World, values: Json) -> Chat:
    """The chat that the bot means, if it may do something there at all."""
    chat = world.chats.get(values.get("chat_id", 0))
    if chat is None or not chat.opened:
        raise bad("chat not found")
    if chat.moved_to:
        upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiRefusalError(400, upgraded, migrate_to_chat_id=chat.moved_to)
    if chat.blocked:
        raise (
            blocked() if chat.private else ApiRefusalError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        )
    return chat


def keep_pace(world: World, chat: Chat) -> None:
    for bucket in (chat.bucket, world.whole):
        if bucket and (wait := bucket.take()):
            raise flood(wait)


def words(world: World, values: Json, too_long: str) -> tuple[str, list[Json]]:
    """The text that was meant, plain, and its entities."""
    mode, given = values.get("parse_mode", ""), values.get("text", "")
    entities = values.get("entities", [])
    match mode.lower():
        case "html":
            given, entities = markup.parse(given, world.complain)
        case "":
            pass
        case _:
            world.complain("the double reads HTML only")
            raise bad("unsupported parse_mode")
    for wrong in markup.strays(given, entities):
        world.complain(wrong)
    text, entities = markup.trimmed(given, entities)
    if not text:
        raise bad("message text is empty" if not given else "text must be non-empty")
    if len(text) > world.rules.text:
        raise bad(too_long)
    if len(entities) > 100:
        world.complain("more than 100 entities: Telegram drops the rest")
    return text, entities


def rows(world: World, values: Json) -> Rows:
    given = values.get("reply_markup", {})
    if not given or keyboard.is_reply_markup(given):
        return []
    return keyboard.inline_rows(given, world.rules, world.complain)


def reply(chat: Chat, values: Json) -> Json:
    """What the message answers, if anything."""
    wanted = values.get("reply_parameters", {})
    if not wanted:
        return {}
    found = chat.messages.get(int(wanted.get("message_id", 0)))
    if found and not found.deleted:
        return {"reply_to_message": found.json(chat.json())}
    if not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {}


def send(world: World, values: Json, **given: Any) -> Json:
    chat = open_chat(world, values)
    given["rows"] = rows(world, values)
    given["content"] = given.get("content", {}) | reply(chat, values)
    keep_pace(world, chat)
    flags = {
        "protected": values.get("protect_content", False),
        "silent": values.get("disable_notification", False),
        "fixed": keyboard.is_reply_markup(values.get("reply_markup", {})),
    }
    return chat.add(world.bot, world.clock.now(), **given, **flags).json(chat.json())


def send_message(world: World, values: Json) -> Json:
    text, entities = words(world, values, "message is too long")
    return send(world, values, text=text, entities=entities)


def send_contact(world: World, values: Json) -> Json:
    if len(values.get("vcard", "").encode()) > 2048:
        raise bad("vCard is too long")
    contact = {name: values[name] for name in ("phone_number", "first_name", "last_name", "vcard") if name in values}
    return send(world, values, content={"contact": contact})


def send_chat_action(world: World, values: Json) -> bool:
    open_chat(world, values)
    return True


# ---- changing


def to_edit(world: World, values: Json) -> tuple[Chat, Message]:
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    if not values.get("message_id"):
        raise bad("message identifier is not specified")
    chat = open_chat(world, values)
    message = chat.messages.get(values["message_id"])
    if message is None or message.deleted:
        raise bad("message to edit not found")
    if message.author.id != world.bot.id or message.fixed:
        raise bad("message can't be edited")
    if keyboard.is_reply_markup(values.get("reply_markup", {})):
        raise bad("inline keyboard expected")
    return chat, message


def changed(world: World, chat: Chat, message: Message, text: str, entities: list[Json], below: Rows) -> Json:
    if (text, entities, below) == (message.text, message.entities, message.rows):
        raise bad(NOT_MODIFIED)
    keep_pace(world, chat)
    message.text, message.entities, message.rows = text, entities, below
    message.edited = world.clock.now()
    chat.note(message.edited, "edit", message)
    return message.json(chat.json())


def edit_message_text(world: World, values: Json) -> Json:
    text, entities = words(world, values, "MESSAGE_TOO_LONG")
    chat, message = to_edit(world, values)
    if not message.text:
        raise bad("there is no text in the message to edit")
    return changed(world, chat, message, text, entities, rows(world, values))


def edit_message_reply_markup(world: World, values: Json) -> Json:
    chat, message = to_edit(world, values)
    return changed(world, chat, message, message.text, message.entities, rows(world, values))


# ---- taking away


def delete(world: World, values: Json, ids: list[int], missing: str) -> bool:
    """Delete all of *ids*, or nothing when one may not be. *missing*: the refusal when one is not there, if any."""
    chat = open_chat_to_delete(world, values)
    there = [m for id in ids if (m := chat.messages.get(id)) and not m.deleted]
    if missing and len(there) < len(ids):
        raise bad(missing)
    for message in there:
        if not chat.private and message.author.id != world.bot.id:
            raise bad("message can't be deleted")
        if world.clock.now() - message.date >= world.rules.delete_within:
            raise bad("message can't be deleted for everyone")
    for message in there:
        message.deleted = True
        chat.note(world.clock.now(), "delete", message)
    return True


def open_chat_to_delete(world: World, values: Json) -> Chat:
    chat = world.chats.get(values.get("chat_id", 0))
    if chat and chat.private and chat.opened:
        return chat  # taking back what was said needs no leave of somebody who blocked the bot
    return open_chat(world, values)


def delete_message(world: World, values: Json) -> bool:
    return delete(world, values, [values["message_id"]], "message to delete not found")


def delete_messages(world: World, values: Json) -> bool:
    ids = values["message_ids"]
    if not ids:
        raise bad("message identifiers are not specified")
    if len(ids) > 100:
        raise bad("too many message identifiers specified")
    if not all(isinstance(id, int) and not isinstance(id, bool) and id > 0 for id in ids):
        raise bad("invalid message identifier specified")
    return delete(world, values, ids, "")


# ---- taps


def answer_callback_query(world: World, values: Json) -> bool:
    tap = world.taps.get(values["callback_query_id"])
    if tap is None:
        raise bad(TOO_OLD)
    tap.attempts += 1
    if tap.answered or world.clock.now() - tap.at > world.rules.answer_within:
        raise bad(TOO_OLD)
    text = values.get("text", "")
    if len(text) > world.rules.toast:
        raise bad("MESSAGE_TOO_LONG")
    if values.get("url"):
        raise bad("URL_INVALID")
    _answered(world, tap, text, values.get("show_alert", False))
    return True


def _answered(world: World, tap: Tap, text: str, alert: bool) -> None:
    tap.answered, tap.toast, tap.alert = True, text, alert
    if text:
        tap.chat.note(world.clock.now(), "alert" if alert else "toast", None, text)
    tap.chat.wakeup.notify()
