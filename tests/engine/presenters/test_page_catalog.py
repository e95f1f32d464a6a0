"""The pages as a small library: by list, by typing, from one to the next, and from there into questions."""

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.presenters.page_catalog import MAX_TITLES_LISTED, reading_order, search_pages
from bot.engine.presenters.texts import Texts
from bot.engine.session import COMMAND_PREFIX, Button, ButtonPress, Message, MessageKind, Session, Start, TypedText
from bot.engine.step import step
from bot.engine.understanding.folding import fold
from bot.engine.understanding.option_matching import match_option
from bot.model.bundle import BASE_LANGUAGE, ContentBundle


class Reader:
    """Somebody with the bot on a telephone, who taps what they see."""

    def __init__(self, library: ContentBundle, language: str = BASE_LANGUAGE) -> None:
        self.library, self.session = library, Session()
        self.send(Start(language=language))
        self.send(ButtonPress("!go_on:chooser"))

    def send(self, event: Start | ButtonPress | TypedText) -> Message:
        self.session, self.messages = step(self.library, self.session, event)
        return self.last

    @property
    def last(self) -> Message:
        return self.messages[-1]

    def reads(self) -> Message:
        return self.send(ButtonPress("reading", self.session.turn))

    def taps(self, label: str) -> Message:
        (button,) = [button for button in self.last.buttons if button.label == label]
        return self.send(ButtonPress(button.id, self.session.turn))

    def types(self, text: str) -> Message:
        return self.send(TypedText(text))


@pytest.fixture(scope="module")
def both() -> ContentBundle:
    """With the languages that are still drafts."""
    return load_bundle(content_root(), include_drafts=True)[0]


@pytest.fixture
def reader(library: ContentBundle) -> Reader:
    reader = Reader(library)
    reader.reads()
    return reader


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def pages(buttons: tuple[Button, ...]) -> list[str]:
    return [button.id.removeprefix("!page:") for button in buttons if button.id.startswith("!page:")]


def test_who_only_reads_finds_the_whole_library(reader: Reader) -> None:
    assert reader.last.kind is MessageKind.ENDING
    assert "All pages" in labels(reader.last)
    assert "My answers as a text" not in labels(reader.last), "nothing was asked"


# ---- by list


def test_every_page_stands_under_one_subject(reader: Reader, library: ContentBundle) -> None:
    seen: list[str] = []
    for subject in [button.id for button in reader.taps("All pages").buttons if button.id.startswith("!subject:")]:
        seen += pages(reader.send(ButtonPress(subject)).buttons)
        reader.taps("All pages")
    assert sorted(seen) == sorted(library.pages[BASE_LANGUAGE])


def test_every_title_stands_in_the_alphabet(reader: Reader, library: ContentBundle) -> None:
    reader.taps("All pages")
    listed = reader.taps("All titles, A to Z")
    seen = list(pages(listed.buttons))
    while "More titles" in labels(reader.last):
        assert len(pages(reader.last.buttons)) == MAX_TITLES_LISTED
        seen += pages(reader.taps("More titles").buttons)
    titles = [library.pages[BASE_LANGUAGE][id].title.casefold() for id in seen]
    assert titles == sorted(titles)
    assert sorted(seen) == sorted(library.pages[BASE_LANGUAGE])


def test_back_to_the_list_and_from_there_into_questions(reader: Reader) -> None:
    reader.taps("All pages")
    reader.taps("Pregnancy and birth")
    reader.taps("Early pregnancy")
    assert "Miscarriage" not in reader.last.text.partition("\n")[0]
    back = reader.taps("Pregnancy and birth")
    assert "early_pregnancy" in pages(back.buttons)
    assert reader.taps("Ask me questions").kind is MessageKind.OPENING
    assert reader.taps("Go on").kind is MessageKind.QUESTION


# ---- next and previous: every page is read aloud


@pytest.mark.parametrize("language", [BASE_LANGUAGE, "es"])
def test_next_and_next_reads_every_page_and_previous_goes_back(language: str, both: ContentBundle) -> None:
    reader = Reader(both, language)
    reader.reads()
    voice = Texts(both, reader.session)
    onward, back = voice("next_page"), voice("previous_page")
    ids = reading_order(both)
    read = [reader.send(ButtonPress(f"!page:{ids[0]}"))]
    while onward in labels(read[-1]):
        read.append(reader.taps(onward))
    told = [both.page(id, language) for id in ids]
    assert [message.text.partition("\n")[0] for message in read] == [f"## {page.title}" for page in told]
    for message, page in zip(read, told, strict=True):
        assert message.kind is MessageKind.PAGE
        assert voice.fill(page.text) in message.text
        assert voice("warning_signs") in message.text, "the same signs on every page"
        assert "{" not in message.text
        assert page.language == language, f"{page.id} is not read in {language}"
    for page in reversed(told[:-1]):
        assert reader.taps(back).text.partition("\n")[0] == f"## {page.title}"
    assert back not in labels(reader.last)
    assert sorted(ids) == sorted(both.pages[BASE_LANGUAGE])


# ---- by typing


def test_a_word_offers_the_page_first_and_the_glossary_after_it(reader: Reader) -> None:
    offered = reader.types("thrush")
    assert [button.id for button in offered.buttons[:2]] == ["!page:thrush", "!term:thrush"]
    assert reader.taps("Thrush").text.startswith("## Thrush")
    assert reader.types("thrush").kind is MessageKind.LIST
    assert "yeast" in reader.taps("What the word means").text


def test_whoever_asks_what_a_word_is_is_told(reader: Reader) -> None:
    reader.types("what is thrush?")
    assert reader.messages[0].text.startswith("thrush: ")


@pytest.mark.parametrize(
    ("typed", "first"),
    {
        "THRUSH!": "thrush",
        "trush": "thrush",
        "tears": "small_tears",
        "a small tear": "small_tears",
        "read about menopause": "menopause",
        "show me the page on dryness please": "dryness",
        "washing": "washing_and_home_remedies",
        "home remedy": "washing_and_home_remedies",
        "Being seen: what to expect": "being_seen",
        "endometriosys": "endometriosis",
        "itch": "usual_discharge",  # it stands in what the page is about
        "dry": "dryness",
        "cancer": "cervical_screening",
        "the coil": "coil",
    }.items(),
)
def test_generous_about_form(reader: Reader, typed: str, first: str) -> None:
    assert pages(reader.types(typed).buttons)[0] == first


@pytest.mark.parametrize("typed", ["xyzzy", "zzz qqq", "🙂", "a", "the", "{thrush}[0].."])
def test_nonsense_is_met_kindly_and_with_the_list(reader: Reader, typed: str) -> None:
    listed = reader.types(typed)
    note = reader.messages[0]
    assert note.kind is MessageKind.NOTE
    assert "That is all right" in note.text
    assert listed.kind is MessageKind.LIST
    assert any(button.id.startswith("!subject:") for button in listed.buttons)


def test_after_advice_only_a_title_is_looked_for(library: ContentBundle) -> None:
    """ "What should I do" is answered by what to do, said once more; not by a page that has the word "should"."""
    reader = Reader(library)
    for option in ("someone_else", "child", "no"):
        reader.send(ButtonPress(option, reader.session.turn))
    advice = reader.last
    assert advice.kind is MessageKind.ENDING
    assert reader.types("what should i do") == advice
    assert reader.messages[0].text.startswith("I cannot answer that.")
    assert pages(reader.types("dryness").buttons) == ["dryness", "menopause"], "both titles say it"


def test_danger_is_heard_before_any_page(reader: Reader) -> None:
    reader.types("pain, and i want to die")
    assert reader.messages[0].text.startswith("That sounds serious.")


def test_every_page_is_found_by_its_title_and_by_its_button(library: ContentBundle) -> None:
    voice = Texts(library, Session())
    for page in library.pages[BASE_LANGUAGE].values():
        for name in filter(None, (page.title, page.button)):
            assert page.id in search_pages(voice, fold(name))[:3], name


# ---- in the middle of questions, and after an emergency


def test_in_the_middle_of_questions_a_page_is_one_tap_away_from_the_question(library: ContentBundle) -> None:
    reader = Reader(library)
    asked = reader.last
    page = reader.send(ButtonPress("!page:thrush"))
    assert page.kind is MessageKind.PAGE
    assert "Ask me questions" not in labels(page)
    assert reader.taps("Go on where I was") == asked
    assert not reader.session.answers


def test_in_the_middle_of_questions_a_word_is_no_search(library: ContentBundle) -> None:
    """It may be meant for an answer: so the question is asked again, and nothing is offered but for a whole title."""
    reader = Reader(library)
    reader.types("dryness or so")
    assert reader.messages[0].text.startswith("I did not understand")
    assert reader.last.kind is MessageKind.QUESTION
    assert pages(reader.types("Small tears and grazes").buttons) == ["small_tears"]
    assert not reader.session.answers


def test_an_emergency_screen_offers_nothing_to_read(library: ContentBundle) -> None:
    reader = Reader(library)
    for option in ("bleeding", "yes"):
        reader.send(ButtonPress(option, reader.session.turn))
    assert reader.types("dryness").kind is MessageKind.EMERGENCY
    assert reader.types("im so scared").kind is MessageKind.EMERGENCY
    assert len(reader.messages) == 1, "and nothing stands before the number"
    assert not any(
        button.id.startswith(f"{COMMAND_PREFIX}page") for message in reader.messages for button in message.buttons
    )


# ---- kindness: worry, blame and thanks are no answers and no mistakes


@pytest.mark.parametrize(
    ("typed", "said"),
    {
        "im so scared": "I am sorry that this worries you.",
        "is this normal??": "I am sorry that this worries you.",
        "is it my fault": "It is not your fault.",
        "thank you so much": "You are welcome.",
        "i am scared that im dying": "That sounds serious.",  # danger is heard before worry
    }.items(),
)
def test_a_worry_gets_a_kind_sentence_and_the_question_stays(library: ContentBundle, typed: str, said: str) -> None:
    reader = Reader(library)
    for _ in range(3):
        assert reader.types(typed).kind is MessageKind.QUESTION
        assert reader.messages[0].text.startswith(said), "the third time, too: it is no mistake"
    assert not reader.session.answers
    assert not reader.session.unmatched


def test_no_kind_word_is_an_answer(library: ContentBundle) -> None:
    """Else a worry would be heard as an answer to some question: an option that says it in full is heard first."""
    phrases = library.phrases[BASE_LANGUAGE]
    for flow in library.flows[BASE_LANGUAGE].values():
        for question in flow.questions():
            for key in ("worried", "no_fault", "welcome"):
                for word in phrases.words[key]:
                    assert match_option(question, word, phrases) is None, f"{question.name}: {word!r}"
