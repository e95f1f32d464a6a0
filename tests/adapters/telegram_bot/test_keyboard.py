"""Small screens and other people's eyes: few rows of buttons, real headings, covers over what is private."""

from bot.adapters.telegram_bot.messages.entities import as_spoiler, extract_entities
from bot.adapters.telegram_bot.messages.outgoing import to_messages
from bot.engine.presenters.question import question_message
from bot.engine.presenters.texts import Texts
from bot.engine.session import MessageKind, Session
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from tests.support.running_bot import RunningBot, begun
from tests.support.telegram_double import Person
from tests.support.telegram_double.chats import Message

MOST_ROWS = 5  # besides the answers: three of tools, and the two answers that every question has
TOPIC = "What would you like help with?"


def marked(message: Message, kind: str) -> list[str]:
    """The parts of a message's text that are marked as *kind*."""
    units = message.text.encode("utf-16-le")
    wanted = [e for e in message.entities if e["type"] == kind]
    return [units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in wanted]


# ---- covers


async def test_a_private_question_is_covered_and_its_answers_go_by_numbers(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    card = await ana.sees(TOPIC)
    (hidden,) = marked(card, "spoiler")
    assert hidden.startswith(TOPIC)
    assert "1. Bleeding after sex" in hidden
    assert "Bleeding after sex" not in card.labels
    assert card.labels[:3] == ["1", "2", "3"]
    ana.taps("1")
    await ana.sees("Right now, do any of these fit?")
    assert (await served.answers(ana))["topic"] == "bleeding"


async def test_who_wants_to_sees_everything_openly_and_can_cover_it_again(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    ana.taps("Show private questions")
    await ana.until(lambda: ana.card and "1. Bleeding after sex" in ana.card.labels)
    assert ana.card
    assert not ana.card.entities
    ana.taps("Cover private questions")
    await ana.until(lambda: ana.card and bool(ana.card.entities))
    assert len([message for message in ana.screen if message.author.is_bot]) == 1


async def test_why_we_ask_something_private_is_covered_too(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    ana.taps("Why?")
    card = await ana.sees("Why we ask")
    assert len(marked(card, "spoiler")) == 2
    assert card.text.startswith("Why we ask\n")


async def test_a_private_question_that_is_left_behind_stays_covered(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    await served.idle()
    ana.writes("1")
    await ana.sees("Right now, do any of these fit?")
    await served.idle()
    left = next(message for message in ana.screen if "✓" in message.text)
    assert marked(left, "spoiler")[0].endswith("✓ Bleeding after sex")
    assert left.text.startswith("This one is answered.\n")


# ---- headings


async def test_a_pages_headings_are_headings(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    ana.writes("/help")
    await ana.sees("I ask one question at a time")
    ana.taps("All pages")
    await ana.until(lambda: "All titles, A to Z" in ana.labels)
    ana.taps("All titles, A to Z")
    await ana.until(lambda: "More titles" in ana.labels)
    ana.taps(0)
    page = await ana.sees("Sources:")
    assert "##" not in page.text
    assert len(marked(page, "bold")) > 2
    assert page.text.startswith("Here is the page you chose.\n")


def test_marks_are_counted_as_telegram_counts_them() -> None:
    """In UTF-16 units, whatever stands before."""
    text, marks = extract_entities("🙂\n## One\n" + as_spoiler("two\n## Three") + "\nfour")
    assert text == "🙂\nOne\ntwo\nThree\nfour"
    assert marks == [["bold", 3, 3], ["spoiler", 7, 9], ["bold", 11, 5]]
    assert extract_entities("a " + as_spoiler("b")[:-1]) == ("a b", [["spoiler", 2, 1]])
    assert extract_entities("C## is no heading") == ("C## is no heading", [])


# ---- keyboards


def test_no_question_has_a_wall_of_buttons(library: ContentBundle) -> None:
    """Each has its answers, the two that are always there, and six things to do, in few rows."""
    for flow in library.flows[BASE_LANGUAGE].values():
        for question in flow.questions():
            voice = Texts(library, Session())
            message = question_message(voice, flow.full_name(question.name), question)
            (sheet,) = to_messages(message, lambda id: id)
            ids = [data for row in sheet.rows for _, data in row]
            assert {"!back", "!review", "!why", "!explain", "!urgent", "not_sure", "prefer_not_to_say"} <= set(ids)
            own = [option for option in question.options if not option.is_standard]
            assert len(sheet.rows) <= len(own) + MOST_ROWS, question.name
            assert len(sheet.text) < 1000, question.name


def test_a_long_answer_is_numbered_in_the_text_and_on_its_button(library: ContentBundle) -> None:
    question = library.flow("safety").states["signs"]
    message = question_message(Texts(library, Session()), "safety.signs", question)  # type: ignore[arg-type]
    (sheet,) = to_messages(message, lambda id: id)
    for option in message.options[:2]:
        assert f"{option.key}. {option.text}" in sheet.text
        assert [f"{option.key}. {option.label}", option.id] in [row[0] for row in sheet.rows]
    assert message.kind is MessageKind.QUESTION
