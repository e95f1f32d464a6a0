"""Buttons that many messages share: those of the commands, and those to the other languages."""

import re

from bot.engine.presenters.texts import Texts
from bot.engine.session import Button

MAX_LANGUAGE_BUTTONS = 2  # besides the present one: up to this many have a button each
COMMAND_LABELS = {"countries": "pick_country", "urgent": "help_now", "help_now": "help_now"}
COMMAND_ALIASES = {"help_now": "urgent", "change_answer": "review", "start_now": "restart"}


def command_buttons(texts: Texts, *names: str) -> tuple[Button, ...]:
    """Return a button for each of the commands *names*."""
    return tuple(Button(f"!{COMMAND_ALIASES.get(name, name)}", texts(COMMAND_LABELS.get(name, name))) for name in names)


def language_buttons(texts: Texts, flow: str = "") -> tuple[Button, ...]:
    """Return the buttons to other languages: one each where there are few, else one button to the list."""
    others = [code for code in texts.bundle.languages if code != texts.session.language]
    if len(others) > MAX_LANGUAGE_BUTTONS:
        return (Button(f"!languages:{flow}".rstrip(":"), texts("pick_language")),)
    return tuple(language_button(texts, code, flow) for code in others)


def language_button(texts: Texts, code: str, flow: str = "") -> Button:
    """Return the button that sets the language *code*, labelled with the language's own name."""
    return Button(f"!language:{code}:{flow}".rstrip(":"), texts.bundle.languages[code].name)


def parse_offset(argument: str) -> int:
    """Return the offset that a button for more of a list carries; 0, the list's beginning, for anything else."""
    return int(argument) if re.fullmatch(r"[0-9]{1,4}", argument) else 0
