"""The glossary: each odd word once, plain, whenever somebody asks; and asking is never an answer."""

import re
from dataclasses import replace

import pytest

from bot.authoring.lint import lint_bundle
from bot.engine.presenters.info import MAX_TERMS_LISTED
from bot.engine.session import Message, MessageKind, Start, TypedText
from bot.engine.typed_replies import TYPED_COMMANDS
from bot.engine.understanding.folding import fold as normalize
from bot.engine.understanding.phrase_lists import is_phrase
from bot.engine.understanding.term_matching import find_terms
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Term
from bot.model.flow import Question
from bot.model.language import Language
from tests.support.stories import Chat, says

ADULT = {"safety.age": "age_30_44"}
WORDS = """
    cervix, vulva, vagina, womb, ovary, pelvis, ectropion, polyp, cyst, fibroid, coil, implant, IVF, biopsy, smear, HPV,
    cervical screening, STI, BV, thrush, discharge, spotting, hormone, HRT, menopause, miscarriage, ectopic pregnancy,
    placenta, waters, contraction, Rh negative, anti-D, blood thinner, bleeding condition, toxic shock, PEP, lubricant,
    emergency contraception, moisturiser, douching, semen, hymen, endometriosis, prolapse, pessary, bilharzia, FGM,
    testosterone, radiotherapy, speculum, chaperone, uterus, IUD, IUS, lube, contraception, hysterectomy, LLETZ, UTI,
    kidney, orgasm, cramp, graze, germ, vaccine, allergy, painkiller, tampon, peroxide, emollient, labour, helpline,
    PID, candida, schistosomiasis, anus, oestrogen, estrogen
"""


def terms(library: ContentBundle) -> list[Term]:
    return list(library.terms().values())


def questions(library: ContentBundle) -> list[Question]:
    return [
        state
        for flow in library.flows[BASE_LANGUAGE].values()
        for state in flow.states.values()
        if isinstance(state, Question)
    ]


def words_of(question: Question) -> str:
    return "\n".join((question.ask, question.explain, *(option.text for option in question.options)))


# ---- what is written


@pytest.mark.parametrize("word", [word.strip() for word in WORDS.split(",")])
def test_a_word_that_somebody_may_not_know(chat: Chat, word: str) -> None:
    before = chat.screen
    chat.send(TypedText(f"What is {word}?"))
    assert len(chat.last) == 2, "the word, and the question again"
    assert chat.screen == before


def test_each_is_short_and_plain(library: ContentBundle) -> None:
    for term in terms(library):
        assert len(term.text) <= 160, term.id
        assert term.text.endswith("."), term.id
        sentences = re.split(r"(?<=[.:])\s+", term.text)
        assert len(sentences) <= 3, term.id
        assert max(len(sentence.split()) for sentence in sentences) <= 17, term.id
        assert len(term.term) <= 24, term.id


def findings_in(library: ContentBundle) -> list[str]:
    """What the language linter has against the glossary of *library*, and nothing else of it."""
    alone = replace(library, flows={BASE_LANGUAGE: {}}, pages={BASE_LANGUAGE: {}})
    return [problem.code for problem in lint_bundle(alone, {}) if problem.location.file.startswith("glossary.yaml")]


def test_none_reads_as_a_diagnosis_or_blames(library: ContentBundle) -> None:
    assert findings_in(library) == []


@pytest.mark.parametrize("said", ["You have thrush.", "Most likely an STI.", "Comes from poor hygiene."])
def test_one_that_does_is_found(library: ContentBundle, said: str) -> None:
    thrush = replace(library.terms()["thrush"], text=said)
    assert findings_in(replace(library, glossary={BASE_LANGUAGE: {"thrush": thrush}}))


def test_each_is_said_once(library: ContentBundle) -> None:
    """No two terms share a name, or nobody knows which of them is meant."""
    names = [normalize(name) for term in terms(library) for name in term.names]
    assert sorted(names) == sorted(set(names))


def test_no_term_hides_what_can_be_done_or_an_alarm(library: ContentBundle) -> None:
    """Typing "stop" stops, and words of danger bring help, whatever the glossary holds."""
    phrases = library.phrases_in(BASE_LANGUAGE)
    for term in terms(library):
        for name in term.names:
            chat = Chat(library)
            chat.begin()
            chat.send(TypedText(f"what is {name}", chat.session.turn))
            assert chat.last[0].lead == says(chat, "term_lead"), f"{name} is explained, also where it is a danger"
            assert not any(
                is_phrase(normalize(name), tool, phrases)
                for tool in (*TYPED_COMMANDS, "help_now", "yes", "no", "not_sure")
            ), name


# ---- asking for a word


@pytest.mark.parametrize(
    "asked",
    ["cervix", "cervix?", "CERVIX ??", "what is a cervix", "What's the cervix?", "what’s a cervix", "whats cervix",
     "what does cervix mean?", "What does the cervix mean", "meaning of cervix", "define cervix", "explain cervix",
     "what is the neck of the womb", "cervix meaning"],
)  # fmt: skip
def test_asking_is_no_answer(chat: Chat, asked: str) -> None:
    session, question = chat.session, chat.screen
    chat.send(TypedText(asked))
    told, standing = chat.last
    assert told.text == "cervix: The neck of the womb, at the top of the vagina."
    assert told.kind is MessageKind.NOTE
    assert standing == question
    assert chat.session == session


@pytest.mark.parametrize("said", ["a cervix bleeds", "my cervix", "what is", "mean", "cer", "cervixes and more", ""])
def test_what_asks_for_no_word(chat: Chat, said: str) -> None:
    chat.send(TypedText(said))
    assert "neck of the womb, at the top" not in chat.text


def test_an_options_label_wins(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.begin()
    chat.tap({"chooser.topic": "bleeding"} | ADULT, at="safety.gate")
    chat.send(TypedText("coil"))
    assert chat.session.answers["safety.gate"] == "coil"


def test_unless_it_is_asked_for(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.begin()
    chat.tap({"chooser.topic": "bleeding"} | ADULT, at="safety.gate")
    chat.send(TypedText("what is a coil?"))
    assert "safety.gate" not in chat.session.answers
    assert chat.last[0].text.startswith("coil: ")


def test_words_of_danger_come_first(chat: Chat) -> None:
    chat.send(TypedText("what is a coil, i can't breathe"))
    assert "That sounds serious" in chat.text


def test_a_word_while_an_answer_is_being_changed(chat: Chat) -> None:
    chat.press("no")
    chat.press("!change:safety.signs")
    chat.send(TypedText("what is a cervix"))
    assert chat.screen.state_id == chat.session.changing == "safety.signs"


def test_a_word_at_any_other_time(library: ContentBundle) -> None:
    """Before the first question, and after an ending: it is explained, and nothing moves."""
    chat = Chat(library)
    chat.send(Start())
    chat.send(TypedText("what is HPV"))
    assert chat.text.startswith("HPV: ")
    chat.begin()
    chat.tap({"chooser.topic": "reading"})
    ended = chat.session
    chat.send(TypedText("what is HPV"))
    assert chat.text.startswith("HPV: ")
    assert chat.session == ended


def test_a_word_in_another_language(library: ContentBundle) -> None:
    """A term that is translated is explained so; any other falls back to the base language."""
    spanish = Term("cervix", "cuello uterino", "La parte baja del útero.", ("cervix",))
    phrases = {**library.phrases, "es": replace(library.phrases_in(BASE_LANGUAGE), language="es")}
    languages = {**library.languages, "es": Language("es", "Español")}
    glossary = {**library.glossary, "es": {"cervix": spanish}}
    chat = Chat(replace(library, phrases=phrases, languages=languages, glossary=glossary))
    chat.send(Start(language="es"))
    chat.send(TypedText("cuello uterino?"))
    assert chat.text.startswith("cuello uterino: La parte baja")
    chat.send(TypedText("HPV?"))
    assert chat.text.startswith("HPV: A very common virus")


# ---- buttons


def buttons(message: Message) -> list[str]:
    return [button.id for button in message.tools]


def test_what_does_this_mean_lists_the_words_of_the_question(chat: Chat) -> None:
    chat.tap(ADULT, at="safety.gate")
    chat.press("!explain")
    assert {"!term:coil", "!term:biopsy", "!term:vulva", "!term:ivf"} <= set(buttons(chat.last[0]))
    chat.press("!term:biopsy")
    assert [message.text.partition(":")[0] for message in chat.last[:-1]] == ["biopsy"]
    assert chat.screen.state_id == "safety.gate"


def test_every_question_lists_exactly_what_it_says(library: ContentBundle) -> None:
    """Whole words only: nobody who reads "scanner" is offered "scan"; and in the order in which they are read."""
    for question in questions(library):
        heard = f" {normalize(words_of(question))} "
        found = find_terms(words_of(question), terms(library))
        assert {term.id for term in found} == {
            term.id for term in terms(library) if any(f" {normalize(name)} " in heard for name in term.names)
        }
        first = [min(at for name in term.names if (at := heard.find(f" {normalize(name)} ")) >= 0) for term in found]
        assert first == sorted(first)


def test_the_whole_glossary_a_part_at_a_time(chat: Chat, library: ContentBundle) -> None:
    seen, button = [], "!glossary"
    while button:
        chat.press(button)
        shown = buttons(chat.last[0])
        part = [id for id in shown if id.startswith("!term:")]
        assert 0 < len(part) <= MAX_TERMS_LISTED
        seen += part
        button = next((id for id in shown if id.startswith("!glossary:")), "")
    assert sorted(seen) == sorted(f"!term:{term.id}" for term in terms(library))


@pytest.mark.parametrize(
    "id", ["!glossary:", "!glossary:-1", "!glossary:99999999", "!glossary:x", "!glossary:9000", "!glossary:²"]
)
def test_a_forged_part(chat: Chat, id: str) -> None:
    session = chat.session
    chat.press(id)
    assert chat.last[0].kind is MessageKind.LIST
    assert chat.session == session


@pytest.mark.parametrize("id", ["!term:", "!term:nobody", "!term:cervix:"])
def test_a_forged_term(chat: Chat, id: str) -> None:
    question, session = chat.screen, chat.session
    chat.press(id)
    assert chat.screen == question
    assert chat.session == session


def test_help_leads_to_the_words(chat: Chat) -> None:
    chat.press("!help")
    assert "!glossary" in buttons(chat.last[0])


def test_the_words_can_be_asked_for(chat: Chat) -> None:
    chat.send(TypedText("glossary"))
    assert "!term:anti_d" in buttons(chat.last[0])
