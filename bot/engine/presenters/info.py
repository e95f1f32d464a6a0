"""Presenters of info that does not move a conversation: why we ask, help, pages, numbers, the list of answers."""

from collections.abc import Callable, Mapping

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.buttons import command_buttons, language_button, language_buttons, parse_offset
from bot.engine.presenters.country_picker import countries_message
from bot.engine.presenters.emergency import urgent_help_message
from bot.engine.presenters.ending import answers_on_path, summary_message
from bot.engine.presenters.page_catalog import (
    all_pages_message,
    more_pages_message,
    page_message,
    subject_message,
    titles_message,
)
from bot.engine.presenters.question import shown_question
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.engine.understanding.folding import fold
from bot.engine.understanding.languages import find_asked_language
from bot.engine.understanding.term_matching import find_asked_term, find_terms
from bot.model.content import Term
from bot.model.flow import Question

MAX_TERMS_LISTED = 18  # terms of the glossary that are listed at once

# The last argument is what follows the colon of a button's id.
InfoPresenter = Callable[[Texts, Interpreter, str], Message | None]


def why_message(texts: Texts, interpreter: Interpreter, _: str) -> Message | None:
    """Return why the question on the screen is asked; None without a question."""
    question = shown_question(texts, interpreter)
    return _question_info(texts, "why_intro", question, question.why) if question else None


def explain_message(texts: Texts, interpreter: Interpreter, _: str) -> Message | None:
    """Return the explanation of the question on the screen, with its terms as buttons; None without a question."""
    question = shown_question(texts, interpreter)
    return (
        _question_info(texts, "explain_intro", question, question.explain, *_term_buttons(texts, question))
        if question
        else None
    )


def _question_info(texts: Texts, title: str, question: Question, text: str, *tools: Button) -> Message:
    """Return an info message about *question*."""
    return Message(texts.fill(text), tools=tools, lead=texts(title), sensitive=question.sensitive)


def _term_buttons(texts: Texts, question: Question) -> tuple[Button, ...]:
    """Return a button for each word of *question* that the glossary explains."""
    words = "\n".join((question.ask, question.explain, *(option.text for option in question.options)))
    return tuple(map(_term_button, find_terms(words, texts.terms)))


def _term_button(term: Term) -> Button:
    """Return the button that explains *term*."""
    return Button(f"!term:{term.id}", term.term)


def term_message(texts: Texts, _: Interpreter, term_id: str) -> Message | None:
    """Return the explanation of a term; None where there is no such term."""
    found = texts.bundle.terms(texts.session.language).get(term_id)
    if found is None:
        return None
    return Message(texts("term_explained", term=found.term, text=found.text), lead=texts("term_lead"))


def find_term_id(texts: Texts, text: str) -> str:
    """Return the id of the term that *text*, folded already, asks about; an empty text where it asks about none."""
    found = find_asked_term(text, texts.terms, texts.phrases)
    return found.id if found else ""


def glossary_message(texts: Texts, _: Interpreter, offset: str) -> Message:
    """Return one part of the glossary: MAX_TERMS_LISTED terms in alphabetical order, from *offset* on."""
    first = parse_offset(offset)
    last = first + MAX_TERMS_LISTED
    terms = sorted(texts.terms, key=lambda term: term.term.casefold())
    more = (Button(f"!glossary:{last}", texts("glossary_more")),) if last < len(terms) else ()
    return Message(texts("glossary_intro"), MessageKind.LIST, (), (*map(_term_button, terms[first:last]), *more))


def help_message(texts: Texts, _: Interpreter, __: str) -> Message:
    """Return the help message with its commands."""
    stop = () if texts.bundle.information_only else ("stop",)  # there is nothing to forget
    tools = command_buttons(texts, "urgent", "countries", "all_pages", "glossary", "privacy", *stop, "hide")
    return Message(texts("help_text"), MessageKind.LIST, (), (*tools, *language_buttons(texts)))


def privacy_message(texts: Texts, _: Interpreter, __: str) -> Message:
    """Return the privacy message."""
    return Message(texts("privacy_text"))


def languages_message(texts: Texts, _: Interpreter, flow: str) -> Message:
    """Return the list of languages, each by its own name. A choice before consent leads on to *flow*."""
    buttons = tuple(language_button(texts, code, flow) for code in texts.bundle.languages)
    return Message(texts("languages_intro"), MessageKind.LIST, (), buttons)


def find_language(texts: Texts, words: str) -> str:
    """Return the code of the language that *words* name, by its code, a tag or a name; empty when there is none."""
    code = find_asked_language(texts.bundle, fold(words))
    return code if code in texts.bundle.languages else texts.bundle.selectable_language(words)


def review_message(texts: Texts, interpreter: Interpreter, _: str) -> Message:
    """Return every answer so far as a button that reopens its question."""
    answers = list(answers_on_path(texts, interpreter))
    buttons = tuple(
        Button(f"!change:{state_id}", answer, f"{texts.fill(question.ask).splitlines()[0]} {answer}", str(number))
        for number, (state_id, question, option) in enumerate(answers, 1)
        for answer in (option.button_label or texts(option.id),)
    )
    if not buttons:
        return Message(texts("review_empty"))
    private = any(question.sensitive for _, question, _ in answers)
    return Message(texts("review_intro"), MessageKind.LIST, (), buttons, sensitive=private)


def staff_summary_message(texts: Texts, interpreter: Interpreter, which: str) -> Message:
    """Return the summary of the answers to show to staff; with private answers where *which* is "private"."""
    return (
        summary_message(texts, interpreter, private=which == "private")
        if interpreter.answers
        else Message(texts("review_empty"))
    )


INFO_COMMANDS: Mapping[str, InfoPresenter] = {
    "why": why_message,
    "explain": explain_message,
    "term": term_message,
    "glossary": glossary_message,
    "help": help_message,
    "urgent": urgent_help_message,
    "privacy": privacy_message,
    "page": page_message,
    "more_pages": more_pages_message,
    "all_pages": all_pages_message,
    "subject": subject_message,
    "titles": titles_message,
    "countries": countries_message,
    "languages": languages_message,
    "review": review_message,
    "summary": staff_summary_message,
    "staff": staff_summary_message,
}
