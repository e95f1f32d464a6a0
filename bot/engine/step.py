"""The step function of the conversation: one event in, the next session and the messages out.

`step` is pure: no clock, no network, no disk, no chance. The same bundle and events give the same messages.
"""

from bot.engine.commands import aside, beside, do, start
from bot.engine.draft_mode import as_draft, is_over, over
from bot.engine.information_mode import unasked
from bot.engine.input_matching import holds, is_alarm, means, understand
from bot.engine.presenters.ending import judged
from bot.engine.presenters.info import language_named, term_named
from bot.engine.presenters.page_catalog import all_pages, found
from bot.engine.red_flag_monitor import is_emergency
from bot.engine.session import ACT, Event, Other, Press, Session, Start, Typed
from bot.engine.snapshot import Reply, Talk
from bot.model.bundle import Library

# Commands that may simply be typed.
SPOKEN = ("back", "review", "why", "explain", "glossary", "help", "all_pages", "language", "stop")

KIND = ("no_fault", "worried", "welcome")  # word lists that get a kind sentence; no answer, no error


def step(library: Library, session: Session, event: Event) -> Reply:
    """Return the reply to one event of a conversation: the next session and the messages."""
    talk = Talk(library, unasked(session) if library.information else session)
    return over(talk) if is_over(talk) else as_draft(talk, answered(talk, event))


def answered(talk: Talk, event: Event) -> Reply:
    """Return the reply to *event*, as if this were no draft."""
    match event:
        case Start():
            return start(talk, event)
        case Press(id, turn) if id.startswith(ACT):
            name, _, argument = id.removeprefix(ACT).partition(":")
            return do(talk, name, argument, turn)
        case Press(id, turn):
            return press(talk, id, turn)
        case Typed(text, turn):
            return hear(talk, text) if turn in (None, talk.session.turn) else hear_late(talk, text)
        case Other(phrase):
            return talk.again(phrase)


def press(talk: Talk, option: str, turn: int | None) -> Reply:
    """Reply to the press of an option: an answer, or a note where it is no option of the open question of this turn."""
    if talk.asked is None:
        return talk.again("nothing_open")
    if turn not in (None, talk.session.turn) or talk.asked.option(option) is None:
        return talk.again("earlier_question")
    return answer(talk, option)


def answer(talk: Talk, option: str) -> Reply:
    """Record *option* as the answer to the question on the screen, and go on."""
    return talk.with_answers({**talk.session.answers, talk.at: option}, changing="").settles()


def hear(talk: Talk, text: str) -> Reply:
    """Reply to typed words: an answer, a command, distress, a worry, a page, or no match. In that order."""
    phrases = talk.voice.phrases
    if talk.asked and (option := understand(talk.asked, text, phrases)):
        return answer(talk, option)
    if means(text, "help_now", phrases):
        return do(talk, "urgent")
    if means(text, "go_on", phrases):
        return do(talk, "resume" if talk.session.flow else "go_on")
    if tool := next((name for name in SPOKEN if means(text, name, phrases)), ""):
        return do(talk, tool)
    if is_alarm(text, phrases):
        return talk.again("offer_help")
    if kindness := next((note for note in KIND if holds(text, note, phrases)), ""):
        # on an emergency screen nothing comes before the number
        return talk.again(*[kindness] * (not is_emergency(talk.walker)))
    if talk.reads and (message := found(talk.voice, talk.walker, text)):
        return beside(talk, message)
    if term := term_named(talk.voice, text):
        return aside(talk, "term", term)
    if code := language_named(talk.voice, text):
        return do(talk, "language", code)
    return not_understood(talk, text)


def not_understood(talk: Talk, text: str) -> Reply:
    """Reply that the words matched nothing, and repeat the question; from the second time on also offer help."""
    if talk.asked is None:
        return nothing_found(talk)
    misses = talk.session.misses + 1
    bare = any(means(text, word, talk.voice.phrases) for word in ("yes", "no"))
    note = "yes_or_no_of_which" if bare else "not_understood"
    return talk.but(misses=misses).again(note if misses == 1 else "not_understood_again")


def nothing_found(talk: Talk) -> Reply:
    """Reply that no page matches the typed words.

    A person who only reads sees the list of pages, any other person the current message again.
    """
    if not talk.reads:
        return talk.again(*["opening_words"] * (not talk.session.flow))
    if judged(talk.voice, talk.walker):
        return talk.again("once_more")
    if not talk.session.flow:  # the first screen, as it has the signs of danger
        return talk.again("not_found")
    listed = beside(talk, all_pages(talk.voice, talk.walker, ""))
    return Reply(listed.session, (talk.note("not_found"), *listed.messages))


def hear_late(talk: Talk, text: str) -> Reply:
    """Reply to words written before the open question was seen: never an answer to it; distress comes first."""
    phrases = talk.voice.phrases
    if means(text, "help_now", phrases):
        return do(talk, "urgent")
    if is_alarm(text, phrases):
        return talk.again("offer_help")
    if talk.asked and (understand(talk.asked, text, phrases) or means(text, "back", phrases)):
        return talk.again("too_early")
    return hear(talk, text)
