"""Another language changes every word and nothing else: tried with one that nobody speaks, from right to left."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.telegram_bot.messages.outgoing import MAX_MESSAGE_CHARACTERS, to_messages
from bot.engine.interpreter import replay
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, ButtonPress, Message, MessageKind, Session, Start, TypedText
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Page
from bot.model.language import Language, primary_subtag
from bot.model.text_limits import MAX_LABEL_LENGTH
from tests.support import pseudo_language as pseudo
from tests.support.stories import STORIES, Chat

OTHER = pseudo.CODE
BOTH = pseudo.library()  # strategies are made before fixtures are
ENGLISH = re.compile(r"[A-Za-z]")
HERE = ("why", "explain", "review", "summary", "urgent")  # what differs from question to question
ANYWHERE = (
    "help",
    "privacy",
    "staff",
    "countries",
    "languages",
    "glossary",
    "glossary:24",
    "all_pages",
    "titles",
    "subject:periods",
)
BESIDE: set[str] = set()  # the questions beside which everything was looked at already
promised = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def stranger(flow: str = "chooser") -> Chat:
    """Somebody whose app speaks the other language, at the first question."""
    chat = Chat(BOTH)
    chat.send(Start(flow, language=OTHER))
    chat.press(f"!go_on:{flow}")
    return chat


def seen(message: Message) -> Iterator[str]:
    yield message.text
    for button in message.buttons:
        yield from (button.label, button.text)


def named() -> set[str]:
    """What keeps its name in every language: who published a source, an address, English itself."""
    pages = BOTH.pages[OTHER].values()
    orgs = {source.org for page in pages for source in page.sources}
    return (
        orgs | {line.contact for line in (*BOTH.phone_directory.helplines, BOTH.phone_directory.fallback)} | {"English"}
    )


NAMED = sorted(named() - {""}, key=len, reverse=True)


def english(message: Message) -> list[str]:
    """What is left of English on the screen."""
    left = []
    for text in seen(message):
        for name in NAMED if ENGLISH.search(text) else ():
            text = text.replace(name, "")
        left += [text] if ENGLISH.search(text) else []
    return left


def played(taps: dict[str, str]) -> Iterator[Message]:
    """A whole conversation: at each question also everything that can be shown beside it."""
    chat = stranger()
    while chat.screen.kind is MessageKind.QUESTION:
        yield from chat.last
        here = chat.screen.state_id
        for aside in HERE if here not in BESIDE else ():
            yield from step(BOTH, chat.session, ButtonPress(f"!{aside}")).messages
        BESIDE.add(here)
        chat.press(taps.get(here) or STORIES["defaults"].get(here) or chat.screen.options[0].id)
    yield from chat.last
    for button in chat.screen.tools:
        yield from step(BOTH, chat.session, ButtonPress(button.id, chat.session.turn)).messages


# ---- every word is another


@pytest.mark.parametrize("name", STORIES["stories"])
def test_nothing_of_the_english_is_left_in_a_whole_conversation(name: str) -> None:
    """And every message fits, though each text is forty in a hundred longer."""
    for message in played(STORIES["stories"][name]["taps"]):
        assert not english(message), message.kind
        assert all(len(sheet.text) <= MAX_MESSAGE_CHARACTERS for sheet in to_messages(message, lambda id: id))
        assert all(len(option.label) <= MAX_LABEL_LENGTH for option in message.options)


def test_nothing_of_the_english_is_left_in_lists_pages_and_the_glossary() -> None:
    session = Session(language=OTHER)
    ids = [f"!{name}" for name in ANYWHERE]
    ids += [f"!page:{id}" for id in BOTH.pages[BASE_LANGUAGE]]
    ids += [f"!term:{id}" for id in BOTH.terms()]
    for id in ids:
        for message in step(BOTH, session, ButtonPress(id)).messages:
            assert not english(message), id


def test_nothing_of_the_english_is_left_in_any_text() -> None:
    """Those that no story comes by, too: a text that could not be translated would show here."""
    texts = list(BOTH.phrases_in(OTHER).texts.values())
    texts += [text for page in BOTH.pages[OTHER].values() for text in (page.title, page.button, page.gist, page.text)]
    texts += [place.name for place in BOTH.phone_directory_in(OTHER).emergency_numbers.values()]
    for flow in BOTH.flows[OTHER].values():
        texts += [flow.title, *(rule.effect.advise for rule in flow.rules)]
        for state in flow.states.values():
            shown = ("ask", "explain", "say", "safety_net") + (("why",) if hasattr(state, "ask") else ())
            texts += [getattr(state, name, "") for name in shown]
            texts += [state.effect.advise] if hasattr(state, "effect") else []
            for option in getattr(state, "options", ()):
                texts += [option.text, option.button, option.say, option.effect.advise]
    assert not [text for text in texts if ENGLISH.search(re.sub(r"\{[a-z_]+\}", "", text))]


@pytest.mark.parametrize("country", sorted(BOTH.phone_directory.emergency_numbers))
def test_nothing_of_the_english_is_left_among_the_numbers(country: str) -> None:
    message = step(BOTH, Session(language=OTHER, country=country), ButtonPress("!urgent")).messages[0]
    assert not english(message)
    told = Texts(BOTH, Session(country=country))
    assert re.findall(r"\d+", message.text)[:1] == re.findall(r"\d+", told.emergency_number or "112")[:1]


def test_a_number_in_groups_keeps_its_order_from_right_to_left() -> None:
    """Without marks around it, 116 123 would be read as 123 116."""
    said = Texts(BOTH, Session(language=OTHER, country="GB")).fill("{crisis_line}")
    assert "\u2066116 123\u2069" in said
    assert "\u2066" not in Texts(BOTH, Session(country="GB")).fill("{crisis_line}")


def test_which_way_a_language_is_read() -> None:
    assert not BOTH.is_left_to_right(OTHER)
    assert BOTH.is_left_to_right(BASE_LANGUAGE)
    assert BOTH.is_left_to_right("nothing like it")
    assert not Language("ar", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629").is_left_to_right


# ---- and nothing else is


@pytest.mark.parametrize("name", STORIES["stories"])
def test_the_same_taps_end_the_same(name: str) -> None:
    taps = STORIES["stories"][name]["taps"]
    chats = [Chat(BOTH), stranger()]
    chats[0].begin()
    for chat in chats:
        chat.tap(taps)
    one, other = chats
    assert one.asked == other.asked
    assert bones(one) == bones(other)
    assert one.text != other.text


def bones(chat: Chat) -> object:
    """What is left of a conversation without its words."""
    shown = [(m.kind, m.state_id, str(m.floor), [b.id for b in m.options], _tools(m)) for m in chat.last]
    return chat.session.with_changes(language=""), shown


def _tools(message: Message) -> list[str]:
    return [button.id for button in message.tools if not button.id.startswith("!language")]


@promised
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=30))
def test_a_change_of_language_after_any_answer_changes_nothing_but_words(steps: list[tuple[int, bool]]) -> None:
    still, moving = Chat(BOTH), Chat(BOTH)
    still.begin()
    moving.begin()
    for which, other in steps:
        if still.screen.kind is not MessageKind.QUESTION:
            break
        option = still.screen.options[which % len(still.screen.options)].id
        still.press(option)
        moving.press(option)
        moving.press(f"!language:{OTHER if other else BASE_LANGUAGE}")
        assert bones(still)[0] == bones(moving)[0]
        assert bones(still)[1][-1] == bones(moving)[1][-1]
        if other:
            assert not english(moving.screen)
        walkers = [replay(BOTH, one.session.flow, one.session.answers, one.session.language) for one in (still, moving)]
        assert len({(w.state_id, w.floor, tuple(w.collected_pages), len(w.advice)) for w in walkers}) == 1


@pytest.mark.parametrize("language", [BASE_LANGUAGE, OTHER])
def test_typed_answers_are_heard_in_the_language_of_the_session(language: str) -> None:
    """Every option of every question by its words, by its key; and not by the words of the other language."""
    for flow in BOTH.flows[language].values():
        for question in flow.questions():
            card = Chat(BOTH, Session(language=language))
            for option, key in zip(question.displayed_options, question.typed_keys, strict=True):
                said = option.text or card.library.text(option.id, language)
                assert heard(question, said, language) in (option.id, *twins(question, option, language))
                assert heard(question, key, language) == option.id


def heard(question, words: str, language: str) -> str | None:  # type: ignore[no-untyped-def]
    from bot.engine.understanding.option_matching import match_option

    return match_option(question, words, BOTH.phrases_in(language))


def twins(question, option, language: str) -> tuple[None, ...]:  # type: ignore[no-untyped-def]
    """Nothing is understood where two options say the same."""
    same = [one for one in question.options if one.text == option.text or one.button_label == option.button_label]
    return (None,) if len(same) > 1 else ()


def test_the_words_of_another_language_are_no_answer() -> None:
    chat = stranger()
    here = chat.screen.state_id
    assert chat.send(TypedText("Bleeding after sex")).state_id == here
    assert chat.session.unmatched == 1
    assert "reading" in [option.id for option in chat.screen.options]
    chat.send(TypedText("reading"))
    assert not chat.session.answers, "nor are the names of options, which are English"
    yes = BOTH.phrases_in(OTHER).texts["not_sure"]
    chat.send(TypedText(yes))
    assert chat.session.answers == {here: "not_sure"}


def test_words_of_danger_are_heard_in_english_too() -> None:
    chat = stranger()
    for words in ("suicide", "i cant breathe"):
        assert "!urgent" in [button.id for button in chat.send(TypedText(words)) and chat.last[0].tools]


# ---- choosing one


def test_the_open_question_is_shown_again_in_the_new_language_with_all_answers() -> None:
    chat = Chat(BOTH)
    chat.begin()
    chat.press("bleeding")
    before, answers, turn = chat.screen, chat.session.answers, chat.session.turn
    assert chat.press("!languages").kind is MessageKind.LIST
    chat.press(f"!language:{OTHER}")
    assert [message.kind for message in chat.last] == [MessageKind.NOTE, MessageKind.QUESTION]
    assert chat.last[0].transient
    assert (chat.screen.state_id, chat.session.answers, chat.session.turn) == (before.state_id, answers, turn)
    assert chat.screen.text != before.text
    assert chat.press(before.options[0].id).state_id != before.state_id, (
        "the old card's buttons still count: it is the same turn"
    )


@pytest.mark.parametrize("words", [OTHER, pseudo.NAME, f"{OTHER}-XX"])
def test_a_language_is_chosen_by_its_code_or_its_own_name(words: str) -> None:
    chat = Chat(BOTH)
    chat.begin()
    chat.send(ButtonPress(f"!language:{words}"))
    assert chat.session.language == OTHER


def test_a_language_can_be_typed() -> None:
    chat = Chat(BOTH)
    chat.begin()
    chat.send(TypedText(pseudo.NAME))
    assert chat.session.language == OTHER
    assert chat.send(TypedText("language")).kind is MessageKind.LIST, "the English word for it is always heard"
    chat.send(TypedText("english"))
    assert chat.session.language == BASE_LANGUAGE


@pytest.mark.parametrize("words", ["", "xx", "klingon", ":", "en:", "9" * 5000])
def test_a_language_that_nobody_knows_changes_nothing(words: str) -> None:
    chat = stranger()
    before = chat.session
    chat.send(ButtonPress(f"!language:{words}"))
    assert chat.session == (before if words != "en:" else before.with_changes(language=BASE_LANGUAGE))


def test_the_opening_offers_the_other_language_and_keeps_the_link() -> None:
    chat = Chat(BOTH)
    chat.send(Start("pain_with_sex"))
    button = next(button for button in chat.screen.tools if button.id.startswith("!language"))
    assert button == Button(f"!language:{OTHER}:pain_with_sex", pseudo.NAME)
    chat.press(button.id)
    assert chat.screen.kind is MessageKind.OPENING
    assert chat.screen.options[0].id == "!go_on:pain_with_sex"
    assert not chat.session.consented
    assert not english(chat.screen)


def test_help_offers_the_other_language() -> None:
    chat = stranger()
    assert Button(f"!language:{BASE_LANGUAGE}", "English") in chat.press("!help").tools


def test_where_there_is_one_language_nobody_is_asked(library: ContentBundle) -> None:
    for message in (
        *step(library, Session(), Start()).messages,
        *step(library, Session(), ButtonPress("!help")).messages,
    ):
        assert not [button for button in message.buttons if button.id.startswith("!language")]


def test_more_languages_stand_behind_one_button() -> None:
    many = {code: Language(code, code.upper(), True) for code in (BASE_LANGUAGE, "aa", "bb", "cc")}
    library = replace(BOTH, languages=many)
    opened = step(library, Session(), Start("pain_with_sex")).messages[0]
    assert "!languages:pain_with_sex" in [button.id for button in opened.tools]
    listed = step(library, Session(), ButtonPress("!languages:pain_with_sex")).messages[0]
    assert [button.id for button in listed.buttons][1] == "!language:aa:pain_with_sex"


@pytest.mark.parametrize("tag", [OTHER, f"{OTHER}-Hebr", f"{OTHER.upper()}_XX"])
def test_the_apps_language_is_where_it_begins(tag: str) -> None:
    chat = Chat(BOTH)
    chat.send(Start(language=tag))
    assert chat.session.language == OTHER
    assert primary_subtag(tag) == OTHER


def test_the_app_does_not_undo_a_choice() -> None:
    chat = stranger()
    chat.press("bleeding")
    chat.press(f"!language:{BASE_LANGUAGE}")
    chat.send(Start(language=OTHER))
    assert chat.session.language == BASE_LANGUAGE
    chat.press("!resume")
    chat.tap({"safety.signs": "yes"})
    assert chat.screen.kind is MessageKind.EMERGENCY
    chat.send(Start(language=OTHER))
    assert chat.screen.kind is MessageKind.OPENING
    assert chat.session.language == BASE_LANGUAGE


# ---- what is missing is in English, and never silent


def test_an_emergency_that_is_not_translated_is_said_in_english_with_the_number() -> None:
    states = {**BOTH.flows[OTHER]["safety"].states}
    states["call_now_signs"] = BOTH.flows[BASE_LANGUAGE]["safety"].states["call_now_signs"]
    flows = {**BOTH.flows[OTHER], "safety": replace(BOTH.flows[OTHER]["safety"], states=states)}
    library = replace(BOTH, flows={**BOTH.flows, OTHER: flows})
    chat = Chat(library)
    chat.send(Start("bleeding_after_sex", language=OTHER))
    chat.press("!go_on:bleeding_after_sex")
    emergency = chat.press("yes")
    assert emergency.kind is MessageKind.EMERGENCY
    assert emergency.text.startswith("Please call 112")


def test_a_translation_brings_no_arrow_of_its_own() -> None:
    for name, flow in BOTH.flows[BASE_LANGUAGE].items():
        other = BOTH.flows[OTHER][name]
        assert [rule.when for rule in flow.rules] == [rule.when for rule in other.rules]
        assert list(flow.states) == list(other.states)
        for one, two in zip(flow.states.values(), other.states.values(), strict=True):
            assert (one.only_if, getattr(one, "goto", "")) == (two.only_if, getattr(two, "goto", ""))
            options = [
                [(o.id, o.goto, o.effect.at_least, o.effect.learn) for o in getattr(s, "options", ())]
                for s in (one, two)
            ]
            assert options[0] == options[1]


def test_a_page_keeps_its_sources() -> None:
    def bare(page: Page) -> Page:
        return replace(page, title="", gist="", text="", button="", language="", review=None)

    assert all(bare(BOTH.page(id)) == bare(BOTH.page(id, OTHER)) for id in BOTH.pages[BASE_LANGUAGE])
