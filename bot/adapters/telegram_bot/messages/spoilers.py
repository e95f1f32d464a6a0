"""Spoilers over private questions. Their answers go by numbers, as a button cannot be covered.

Each person decides: the last button of such a question shows all of them openly, or covers them again.
"""

from dataclasses import replace

from bot.adapters.telegram_bot.messages.entities import covered
from bot.engine.session import Button, Kind, Message, Session
from bot.model.bundle import Library

QUIET = ("not_sure", "prefer_not_to_say")


def dressed(library: Library, session: Session, message: Message) -> Message:
    """Return *message* with what is private covered, unless this person chose to see it openly."""
    if message.kind is Kind.LIST and any(tool.key for tool in message.tools):
        return _reviewed(message, hidden=message.sensitive and not session.uncovered)
    if not message.sensitive:
        return message
    if message.kind is not Kind.QUESTION:
        return message if session.uncovered else replace(message, text=covered(message.text))
    switch = "cover" if session.uncovered else "uncover"
    tools = (*message.tools, Button(f"!{switch}", library.text(switch, session.language)))
    if session.uncovered:
        return replace(message, tools=tools)
    how = library.text("covered", session.language)
    return replace(
        message,
        text=covered("\n\n".join(filter(None, (message.text, listed(message.options))))),
        lead=" ".join(filter(None, (message.lead, how))),
        options=tuple(_numbered(option) for option in message.options),
        tools=tools,
    )


def _reviewed(message: Message, hidden: bool) -> Message:
    """Return the list of answers so far, written out below its text, as a button would cut a question.

    *is_covered*: the answers are a spoiler, and their buttons are numbers.
    """
    lines = listed(message.tools)
    tools = tuple(
        replace(tool, label=tool.key if hidden else f"{tool.key}. {tool.label}") if tool.key else tool
        for tool in message.tools
    )
    text = f"{message.text}\n\n{covered(lines) if hidden else lines}"
    return replace(message, text=text, tools=tools, sensitive=False)


def listed(options: tuple[Button, ...]) -> str:
    """Return the options in full, one a line, by what may be typed for each, without the two of every question."""
    own = (option for option in options if option.key and option.id not in QUIET)
    return "\n".join(f"{option.key}. {option.text or option.label}" for option in own)


def _numbered(option: Button) -> Button:
    """Return a button that shows only its number. The options of every question may be read."""
    return replace(option, label=option.label if option.id in QUIET else option.key, text="", key="")
