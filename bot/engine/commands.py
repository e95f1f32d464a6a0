"""Commands of a conversation: all that a person can do besides answering, such as begin, go back, change, stop."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.engine.deep_links import payload, read_clinic_link
from bot.engine.presenters.country_picker import country_named
from bot.engine.presenters.ending import FEEDBACK
from bot.engine.presenters.info import ASIDES, language_named
from bot.engine.presenters.phone_numbers import cards
from bot.engine.presenters.question import act, opening
from bot.engine.red_flag_monitor import is_emergency
from bot.engine.session import Button, Kind, Message, Session, Start
from bot.engine.snapshot import Reply, Talk

# Info about the questions: empty before the first.
NEED_A_FLOW = ("why", "explain", "review")
# Commands that belong to the question they were shown with.
MOVES = ("back", "change", "mistake")


def do(talk: Talk, name: str, argument: str = "", turn: int | None = None) -> Reply:
    """Run the command *name* of a button or a typed word.

    The TURN_BOUND_COMMANDS change what was answered, and only from a button of their own turn.
    """
    if name in MOVES and turn not in (None, talk.session.turn):
        return talk.again("earlier_question")
    if doing := DOINGS.get(name):
        return doing(talk, argument)
    return aside(talk, name, argument) if name in ASIDES else talk.again("not_here")


# ---- starting and ending


def start(talk: Talk, event: Start) -> Reply:
    """Reply to a start with the opening screen, or offer a choice first if a conversation is in progress."""
    if talk.session.agreed and talk.session.answers and talk.open:
        return _asked_first(talk, event)
    opened = open_again(_placed(talk, event), event.flow)
    return Reply(opened.session, (talk.note(event.phrase), *opened.messages)) if event.phrase else opened


def _asked_first(talk: Talk, event: Start) -> Reply:
    """Reply to a start during a conversation: ask before anything of it is lost.

    The start came by a link that could not be read, by a draft link, by a link, or by no link at all.
    """
    voice, clinic = talk.voice, talk.library.outside.clinics.get(event.clinic)
    if event.phrase:
        return talk.again(event.phrase)
    if event.reviewer:
        return talk.says(Message(voice("draft_busy"), Kind.LIST, (), act(voice, "resume", "delete")))
    if not (clinic or event.flow):
        return talk.says(_resume(talk))
    link = Button(f"!open_link:{payload(clinic.id, event.flow) if clinic else event.flow}", voice("open_link"))
    text = voice("link_from", clinic=clinic.name) if clinic else voice("link_offered")
    return talk.says(Message(text, Kind.LIST, (), (*act(voice, "resume"), link, *act(voice, "delete"))))


def _resume(talk: Talk) -> Message:
    """Return the message for a person who comes back: their question, and the commands resume, restart, delete."""
    voice, question = talk.voice, talk.open
    assert question is not None
    where = voice("resume_where", number=str(len(talk.walker.answers)))
    text = "\n".join(filter(None, (where, talk.stands().lead, "", voice.fill(question.ask))))
    tools = act(voice, "resume", "restart", "delete")
    return Message(text, Kind.LIST, (), tools, lead=voice("resume_intro"), sensitive=question.sensitive)


def open_link(talk: Talk, link: str) -> Reply:
    """Leave the current conversation, and follow the *link* that was opened during it."""
    event = read_clinic_link(link, talk.library)
    return talk.again(event.phrase) if event.phrase else open_again(_placed(talk, event), event.flow)


def _placed(talk: Talk, event: Start) -> Talk:
    """Return the snapshot with the values of *event*, where they are known: language, country, clinic, reviewer.

    A clinic brings its own country, until another is picked.
    """
    session, library = talk.session, talk.library
    clinic = event.clinic if event.clinic in library.outside.clinics else ""
    stays = "" if clinic else session.country
    return talk.but(
        language=session.language if session.agreed else library.language_of(event.language) or session.language,
        country=event.country if event.country in library.places.numbers else stays,
        clinic=clinic or session.clinic,
        reviewer=event.reviewer,
        until=event.until,
        agreed=bool(event.reviewer) or (session.agreed and not session.reviewer),  # reviewers agreed to be asked
    )


def leave_clinic(talk: Talk, _: str) -> Reply:
    """Leave the clinic whose link was opened; the answers stay, and so does the country of the emergency number."""
    return talk.but(clinic="", country=talk.voice.place).again("clinic_left")


def open_again(talk: Talk, flow: str = "") -> Reply:
    """Show the opening screen and forget the answers: a new start asks everything again."""
    # a conversation without an answer is not counted
    begun = talk.session.begun - (1 if talk.session.flow and not talk.session.answers else 0)
    # nor is it recorded a second time in the statistics
    counted = talk.session.counted if not talk.session.answers else ""
    talk = talk.with_answers(
        {}, begun=begun, library=talk.library.version, flow="", changing="", misses=0, counted=counted, told=False
    )
    return talk.says(opening(talk.voice, talk.entrance(flow)))


def begin(talk: Talk, flow: str) -> Reply:
    """Begin *flow*: record the consent, and ask the first question."""
    if talk.session.flow:
        return talk.again("earlier_question")
    if talk.library.information:
        return talk.again()
    flow, version = talk.library.entrance(flow), talk.library.version
    return talk.but(library=version, flow=flow, agreed=True, begun=talk.session.begun + 1).settles()


def stop(talk: Talk, _: str) -> Reply:
    """Stop the conversation: erase the session and say so."""
    return _forget(talk, "stopped")


def delete(talk: Talk, _: str) -> Reply:
    """Erase the session and say what was deleted.

    Before consent only what came since the bot was started is known: so nothing more is promised.
    """
    return _forget(talk, "deleted" if talk.session.agreed else "deleted_as_known")


def _forget(talk: Talk, phrase: str) -> Reply:
    """Replace the session by a new one with the same language and country, and say *phrase*."""
    gone = Talk(talk.library, Session(language=talk.session.language, country=talk.voice.place))
    return gone.says(Message(gone.voice(phrase), Kind.NOTE))


def feedback(talk: Talk, answer: str) -> Reply:
    """Record that the ending was rated, and thank the person. It can be done once a conversation.

    The ending is shown again without the question.
    """
    if talk.session.told or answer not in FEEDBACK or not (talk.session.flow and talk.walker.outcome):
        return talk.again()
    return talk.but(told=True).again("feedback_thanks")


# ---- moving through the questions


def back(talk: Talk, _: str) -> Reply:
    """Take the last answer back; or cancel a change that was begun."""
    if talk.session.flow and talk.session.changing:
        return talk.but(changing="").settles()
    return _take_back(talk) if talk.session.flow else talk.again("nothing_open")


def mistake(talk: Talk, _: str) -> Reply:
    """Reopen the question that led to an emergency screen. That the screen was shown stays remembered."""
    if not (talk.session.flow and is_emergency(talk.walker)):
        return talk.again("earlier_question")
    return _take_back(talk.but(changing=""), "mistake_note")


def _take_back(talk: Talk, *phrases: str) -> Reply:
    """Remove the last answer on the path, and reply with the notes *phrases* and its question."""
    if not talk.walker.answers:
        return talk.again("nothing_back")
    last = list(talk.walker.answers)[-1]
    kept = {at: value for at, value in talk.session.answers.items() if at != last}
    return talk.with_answers(kept).settles(*phrases)


def change(talk: Talk, at: str) -> Reply:
    """Reopen an earlier question. Its answer stands until there is a new one."""
    if not talk.session.flow:
        return talk.again("nothing_open")
    if at not in talk.walker.answers or not talk.voice.question_at(at):
        return talk.again("earlier_question")
    return talk.but(changing=at, turn=talk.session.turn + 1).again("answers_open_changed")


# ---- without moving the conversation


def call(talk: Talk, _: str) -> Reply:
    """Show every number that can be called from here as contacts; where none is known, the countries to choose from."""
    calls = cards(talk.voice, talk.walker)
    if not calls:
        return aside(talk, "countries")
    return talk.says(*calls, talk.stands()) if talk.asked else talk.says(*calls)


def cover(talk: Talk, _: str) -> Reply:
    """Hide private questions where that can be done, until the person taps on them."""
    return talk.but(uncovered=False).again()


def uncover(talk: Talk, _: str) -> Reply:
    """Show private questions openly."""
    return talk.but(uncovered=True).again()


def aside(talk: Talk, name: str, argument: str = "") -> Reply:
    """Show the info message *name*, then the open question or a way back to it."""
    message = None if name in NEED_A_FLOW and not talk.session.flow else ASIDES[name](talk.voice, talk.walker, argument)
    if message is None:
        return talk.again("not_here" if talk.session.flow else "nothing_open")
    return beside(talk, message)


def beside(talk: Talk, message: Message) -> Reply:
    """Reply with the info *message*, and the open question below it or a button that leads back to it."""
    if not talk.session.flow:
        return talk.says(replace(message, tools=(*message.tools, *act(talk.voice, *talk.way_in(message.kind)))))
    if talk.asked and message.kind is Kind.NOTE:
        return talk.says(message, talk.stands())
    return talk.says(replace(message, tools=(*message.tools, *act(talk.voice, "resume"))))


def country(talk: Talk, words: str) -> Reply:
    """Set the country whose numbers are shown; list the countries where none has the typed name.

    *argument* is the name or code; after a colon comes the flow to go on with.
    """
    named, _, flow = words.partition(":")
    if not (code := country_named(talk.voice, named)):
        return aside(talk, "countries", f":{flow}")
    talk = talk.but(country=code)
    phrase = "country_set" if talk.voice.number else "country_unsure"
    if talk.session.flow:
        return talk.again(phrase)
    return talk.says(talk.note(phrase), opening(talk.voice, talk.entrance(flow)))


def language(talk: Talk, words: str) -> Reply:
    """Set the language and repeat the current message; list the languages where none has the typed name.

    *argument* is the name or code; after a colon comes the flow to go on with.
    """
    named, _, flow = words.partition(":")
    if not (code := language_named(talk.voice, named)):
        return aside(talk, "languages", flow)
    talk = talk.but(language=code)
    if talk.session.flow:
        return talk.again("language_set")
    return talk.says(talk.note("language_set"), opening(talk.voice, talk.entrance(flow)))


DOINGS: Mapping[str, Callable[[Talk, str], Reply]] = {
    "go_on": begin,
    "restart": lambda talk, _: open_again(talk),
    "resume": lambda talk, _: talk.again(),
    "stop": stop,
    "delete": delete,
    "hide": delete,
    "open_link": open_link,
    "leave_clinic": leave_clinic,
    "feedback": feedback,
    "call": call,
    "cover": cover,
    "uncover": uncover,
    "country": country,
    "language": language,
    "back": back,
    "mistake": mistake,
    "change": change,
}
