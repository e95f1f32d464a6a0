"""What the bot says about itself: name, descriptions, commands, and the chats it leaves."""

import json
import re
from typing import Any

from tests.support.telegram_double.errors import bad
from tests.support.telegram_double.sending import open_chat
from tests.support.telegram_double.world import World

Json = dict[str, Any]

_LONGEST = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, _: Json) -> Json:
    flags = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.bot.json() | flags


def leave_chat(world: World, values: Json) -> bool:
    chat = open_chat(world, values)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.blocked = True
    chat.note(world.clock.now(), "leaves", None, chat.title)
    return True


def set_commands(world: World, values: Json) -> bool:
    commands = values["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
            raise bad("can't parse BotCommand: expected command and description")
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.settings[_place(values)] = commands
    return True


def get_commands(world: World, values: Json) -> list[Json]:
    found: list[Json] = world.settings.get(_place(values), [])
    return found


def delete_commands(world: World, values: Json) -> bool:
    world.settings.pop(_place(values), None)
    return True


def _place(values: Json) -> tuple[str, ...]:
    scope = values.get("scope") or {"type": "default"}
    return "commands", json.dumps(scope, sort_keys=True), _language(values)


def _language(values: Json) -> str:
    code = str(values.get("language_code", ""))
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def set_text(name: str, world: World, values: Json) -> bool:
    text = values.get(name, "")
    if len(text) > _LONGEST[name]:
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    world.settings[name, _language(values)] = text
    return True


def get_text(name: str, world: World, values: Json) -> Json:
    """In the language that was asked for, else in none."""
    found = world.settings.get((name, _language(values)))
    return {name: world.settings.get((name, ""), "") if found is None else found}
