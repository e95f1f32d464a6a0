"""Presenter of every emergency: the flow's own, the one that the red-flag monitor forces, help right now, the fallback.

No other file words an emergency or makes a message of that kind. Whether the screen is one is decided in
`bot.engine.red_flag_monitor`.
"""

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.texts import Texts
from bot.engine.session import Message, MessageKind, Session
from bot.model.bundle import ContentBundle
from bot.model.urgency import EMERGENCY_FLOOR

# The one text for people that stands in Python: for the day when a file or a store fails, so it reads neither. It is in
# English, the one language that needs no translation to be there, and names the numbers that reach help from most
# mobiles, as the country is not known.
FALLBACK_TEXT = """\
Something is wrong on my side, so I cannot ask you questions now. Please try again later.

If you may be in danger, do not wait for me. Call your emergency number, or go to the nearest emergency department.
112, 911 or 999 usually reaches help from a mobile. If not, ask someone near you.

Call now if:
- blood pours, or fills a pad within an hour
- you faint, or feel cold, sweaty and very weak
- pain is sudden or very bad, or sits at the tip of your shoulder
- you have a fever and feel very ill
- you may be pregnant, and pain is strong or on one side
- there is a deep wound, or something sharp or large inside
- your face swells, or you cannot breathe well
- you are not safe, or think of ending your life

This chat cannot see you, and no person is watching it."""


def emergency_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the flow's emergency message: an action, a number, what to do while waiting, nothing else.

    Source: red-flags.md, rule 10.
    """
    outcome = interpreter.outcome
    assert outcome is not None
    text = "\n\n".join((texts.fill(outcome.say), texts.emergency_number_help()))
    return _emergency_screen(texts, interpreter, text)


def forced_emergency_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the emergency message that the red-flag monitor forces: the bot's own urgent text, not the flow's."""
    text = "\n\n".join((texts("urgent_text"), texts.emergency_number_help()))
    return _emergency_screen(texts, interpreter, text)


def _emergency_screen(texts: Texts, interpreter: Interpreter, text: str) -> Message:
    """Return *text* as the emergency that the answers led to, with the few commands that may stand below one."""
    tools = command_buttons(texts, "countries", "staff", "mistake", "hide")
    return Message(text, MessageKind.EMERGENCY, (), tools, EMERGENCY_FLOOR, interpreter.state_id)


def urgent_help_message(texts: Texts, interpreter: Interpreter, _: str) -> Message:
    """Return the message with help right now, for all people at any moment: no consent, no question."""
    text = "\n\n".join((texts("urgent_text"), texts.emergency_number_help()))
    tools = ("countries", "staff", "call", "hide") if interpreter.answers else ("countries", "call", "hide")
    return Message(text, MessageKind.EMERGENCY, (), command_buttons(texts, *tools))


def essential_emergency_text(bundle: ContentBundle, session: Session) -> str:
    """Return what matters most of any emergency: the number, or how to find it. No longer text may be needed for it."""
    try:
        return Texts(bundle, session).emergency_number_help()
    except Exception:  # a phrase that is missing must not cost the rest
        return FALLBACK_TEXT.split("\n\n")[1]


def fallback_message() -> Message:
    """Return the built-in emergency text. It has no buttons: no button is sure to work."""
    return Message(FALLBACK_TEXT, MessageKind.EMERGENCY)
