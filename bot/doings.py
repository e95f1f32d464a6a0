"""Everything a person can do besides answering: begin, go back, change, choose a country, stop."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.asides import ASIDES, language_named
from bot.calling import cards
from bot.countries import country_named
from bot.endings import FEEDBACK
from bot.links import payload, read_clinic_link
from bot.session import Button, Kind, Message, Session, Start
from bot.speaking import act, opening
from bot.talk import Reply, Talk
from bot.tripwire import is_emergency

NEED_A_FLOW = ("why", "explain", "review")  # asides that are about the questions, and nothing before the first
MOVES = ("back", "change", "mistake")  # what belongs to the question it was shown with


def do(talk: Talk, name: str, argument: str = "", turn: int | None = None) -> Reply:
    """Do what a button or a command says. Only MOVES change what was answered, and only from their own turn."""
    if name in MOVES and turn not in (None, talk.session.turn):
        return talk.again("earlier_question")
    if doing := DOINGS.get(name):
        return doing(talk, argument)
    return aside(talk, name, argument) if name in ASIDES else talk.again("not_here")


# ---- starting and ending


def start(talk: Talk, event: Start) -> Reply:
    """The opening screen; or, in the middle of a conversation, a choice before anything is changed."""
    if talk.session.agreed and talk.session.answers and talk.open:
        return _asked_first(talk, event)
    opened = open_again(_placed(talk, event), event.flow)
    return Reply(opened.session, (talk.note(event.phrase), *opened.messages)) if event.phrase else opened


def _asked_first(talk: Talk, event: Start) -> Reply:
    """A start in the middle: a link that could not be read, a draft link, a link, or no link at all."""
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
    """Where somebody was who comes back, and the three things they can do."""
    voice, question = talk.voice, talk.open
    assert question is not None
    where = voice("resume_where", number=str(len(talk.walker.answers)))
    text = "\n".join(filter(None, (where, talk.stands().lead, "", voice.fill(question.ask))))
    tools = act(voice, "resume", "restart", "delete")
    return Message(text, Kind.LIST, (), tools, lead=voice("resume_intro"), sensitive=question.sensitive)


def open_link(talk: Talk, link: str) -> Reply:
    """Leave the conversation that was begun, and follow the link that was opened in the middle of it."""
    event = read_clinic_link(link, talk.library)
    return talk.again(event.phrase) if event.phrase else open_again(_placed(talk, event), event.flow)


def _placed(talk: Talk, event: Start) -> Talk:
    """With what came with the start, where it is known. A clinic brings its own country, until another is picked."""
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
    """The clinic whose link was opened is left behind; what was answered stays, and so does where to call for help."""
    return talk.but(clinic="", country=talk.voice.place).again("clinic_left")


def open_again(talk: Talk, flow: str = "") -> Reply:
    """Show the opening screen. What was answered before is forgotten here: a new start asks everything again."""
    begun = talk.session.begun - (1 if talk.session.flow and not talk.session.answers else 0)  # nothing was said in it
    counted = talk.session.counted if not talk.session.answers else ""  # a conversation without an answer began once
    talk = talk.with_answers(
        {}, begun=begun, library=talk.library.version, flow="", changing="", misses=0, counted=counted, told=False
    )
    return talk.says(opening(talk.voice, talk.entrance(flow)))


def begin(talk: Talk, flow: str) -> Reply:
    """The one button of the opening screen: the consent, and the first question."""
    if talk.session.flow:
        return talk.again("earlier_question")
    if talk.library.information:
        return talk.again()
    flow, version = talk.library.entrance(flow), talk.library.version
    return talk.but(library=version, flow=flow, agreed=True, begun=talk.session.begun + 1).settles()


def stop(talk: Talk, _: str) -> Reply:
    return _forget(talk, "stopped")


def delete(talk: Talk, _: str) -> Reply:
    """Of a guest nothing is known but what came since the bot was started: so nothing more is promised."""
    return _forget(talk, "deleted" if talk.session.agreed else "deleted_as_known")


def _forget(talk: Talk, phrase: str) -> Reply:
    gone = Talk(talk.library, Session(language=talk.session.language, country=talk.voice.place))
    return gone.says(Message(gone.voice(phrase), Kind.NOTE))


def feedback(talk: Talk, answer: str) -> Reply:
    """Whether the ending was clear: thanks, and the ending without the question. It is asked once a conversation."""
    if talk.session.told or answer not in FEEDBACK or not (talk.session.flow and talk.walker.outcome):
        return talk.again()
    return talk.but(told=True).again("feedback_thanks")


# ---- moving


def back(talk: Talk, _: str) -> Reply:
    """Take the last answer back; or leave a change alone that was begun."""
    if talk.session.flow and talk.session.changing:
        return talk.but(changing="").settles()
    return _take_back(talk) if talk.session.flow else talk.again("nothing_open")


def mistake(talk: Talk, _: str) -> Reply:
    """Reopen the question that led to an emergency screen. That it was shown stays remembered."""
    if not (talk.session.flow and is_emergency(talk.walker)):
        return talk.again("earlier_question")
    return _take_back(talk.but(changing=""), "mistake_note")


def _take_back(talk: Talk, *phrases: str) -> Reply:
    if not talk.walker.answers:
        return talk.again("nothing_back")
    last = list(talk.walker.answers)[-1]
    kept = {at: value for at, value in talk.session.answers.items() if at != last}
    return talk.with_answers(kept).settles(*phrases)


def change(talk: Talk, at: str) -> Reply:
    """Open an earlier question again. Its answer stands until there is a new one."""
    if not talk.session.flow:
        return talk.again("nothing_open")
    if at not in talk.walker.answers or not talk.voice.question_at(at):
        return talk.again("earlier_question")
    return talk.but(changing=at, turn=talk.session.turn + 1).again("answers_open_changed")


# ---- beside the conversation


def call(talk: Talk, _: str) -> Reply:
    """Every number that can be called from here, as cards; where none is known, the countries to choose from."""
    calls = cards(talk.voice, talk.walker)
    if not calls:
        return aside(talk, "countries")
    return talk.says(*calls, talk.stands()) if talk.asked else talk.says(*calls)


def cover(talk: Talk, _: str) -> Reply:
    """Private questions are covered where that can be done, until somebody taps on them."""
    return talk.but(uncovered=False).again()


def uncover(talk: Talk, _: str) -> Reply:
    return talk.but(uncovered=True).again()


def aside(talk: Talk, name: str, argument: str = "") -> Reply:
    """Show something, then the open question or a way back to it, so that nobody loses their place."""
    message = None if name in NEED_A_FLOW and not talk.session.flow else ASIDES[name](talk.voice, talk.walker, argument)
    if message is None:
        return talk.again("not_here" if talk.session.flow else "nothing_open")
    return beside(talk, message)


def beside(talk: Talk, message: Message) -> Reply:
    """*message*, with the open question below it or a way back to it."""
    if not talk.session.flow:
        return talk.says(replace(message, tools=(*message.tools, *act(talk.voice, *talk.way_in(message.kind)))))
    if talk.asked and message.kind is Kind.NOTE:
        return talk.says(message, talk.stands())
    return talk.says(replace(message, tools=(*message.tools, *act(talk.voice, "resume"))))


def country(talk: Talk, words: str) -> Reply:
    """The numbers of that country from here on; the list of countries where none is called so."""
    named, _, flow = words.partition(":")
    if not (code := country_named(talk.voice, named)):
        return aside(talk, "countries", f":{flow}")
    talk = talk.but(country=code)
    phrase = "country_set" if talk.voice.number else "country_unsure"
    if talk.session.flow:
        return talk.again(phrase)
    return talk.says(talk.note(phrase), opening(talk.voice, talk.entrance(flow)))


def language(talk: Talk, words: str) -> Reply:
    """That language from here on, the open question at once; the list of languages where none is called so."""
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
