"""Private questions, covered until they are tapped on. Their answers go by numbers, as a button cannot be covered.

Each person decides: the last button of such a question shows all of them openly, or covers them again.
"""

from dataclasses import replace

from bot.adapters.telegram.marks import covered
from bot.library import Library
from bot.session import Button, Kind, Message, Session

QUIET = ("not_sure", "prefer_not_to_say")


def dressed(library: Library, session: Session, message: Message) -> Message:
    """*message* as this person wants to see what is private."""
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
    """The answers so far, written out: on a button a question is cut. *hidden*: covered, and their buttons numbers."""
    lines = listed(message.tools)
    tools = tuple(
        replace(tool, label=tool.key if hidden else f"{tool.key}. {tool.label}") if tool.key else tool
        for tool in message.tools
    )
    text = f"{message.text}\n\n{covered(lines) if hidden else lines}"
    return replace(message, text=text, tools=tools, sensitive=False)


def listed(options: tuple[Button, ...]) -> str:
    """The answers in full, one a line, by what may be typed for each; the two that every question has need none."""
    own = (option for option in options if option.key and option.id not in QUIET)
    return "\n".join(f"{option.key}. {option.text or option.label}" for option in own)


def _numbered(option: Button) -> Button:
    """A button that tells nothing. What everybody can answer to everything may be read."""
    return replace(option, label=option.label if option.id in QUIET else option.key, text="", key="")
