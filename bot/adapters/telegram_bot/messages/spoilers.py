"""Spoilers over private questions. Their answers go by numbers, as a button cannot be covered.

Each person decides: the last button of such a question shows all of them openly, or covers them again.
"""

from dataclasses import replace

from bot.adapters.telegram_bot.messages.entities import as_spoiler
from bot.engine.session import Button, Message, MessageKind, Session
from bot.model.bundle import ContentBundle

COMMON_OPTIONS = ("not_sure", "prefer_not_to_say")


def with_spoilers(bundle: ContentBundle, session: Session, message: Message) -> Message:
    """Return *message* with what is private covered, unless this person chose to see it openly."""
    if message.kind is MessageKind.LIST and any(tool.key for tool in message.tools):
        return _with_answers_listed(message, is_covered=message.sensitive and not session.reveal_private)
    if not message.sensitive:
        return message
    if message.kind is not MessageKind.QUESTION:
        return message if session.reveal_private else replace(message, text=as_spoiler(message.text))
    switch = "cover" if session.reveal_private else "uncover"
    tools = (*message.tools, Button(f"!{switch}", bundle.text(switch, session.language)))
    if session.reveal_private:
        return replace(message, tools=tools)
    explanation = bundle.text("covered", session.language)
    return replace(
        message,
        text=as_spoiler("\n\n".join(filter(None, (message.text, list_options(message.options))))),
        lead=" ".join(filter(None, (message.lead, explanation))),
        options=tuple(_label_by_number(option) for option in message.options),
        tools=tools,
    )


def _with_answers_listed(message: Message, is_covered: bool) -> Message:
    """Return the list of answers so far, written out below its text, as a button would cut a question.

    *is_covered*: the answers are a spoiler, and their buttons are numbers.
    """
    lines = list_options(message.tools)
    tools = tuple(
        replace(tool, label=tool.key if is_covered else f"{tool.key}. {tool.label}") if tool.key else tool
        for tool in message.tools
    )
    text = f"{message.text}\n\n{as_spoiler(lines) if is_covered else lines}"
    return replace(message, text=text, tools=tools, sensitive=False)


def list_options(options: tuple[Button, ...]) -> str:
    """Return the options in full, one a line, by what may be typed for each, without the two of every question."""
    own_options = (option for option in options if option.key and option.id not in COMMON_OPTIONS)
    return "\n".join(f"{option.key}. {option.text or option.label}" for option in own_options)


def _label_by_number(option: Button) -> Button:
    """Return a button that shows only its number. The options of every question may be read."""
    return replace(option, label=option.label if option.id in COMMON_OPTIONS else option.key, text="", key="")
