"""Presenters of info that does not move a conversation: why we ask, help, pages, numbers, the list of answers."""

import re
from collections.abc import Callable, Mapping

from bot.engine.input_matching import plain, term_asked, terms_in
from bot.engine.interpreter import Walker
from bot.engine.presenters.country_picker import countries
from bot.engine.presenters.ending import answered, summary
from bot.engine.presenters.page_catalog import all_pages, more_pages, page, subject, titles
from bot.engine.presenters.question import act, language_button, language_tool
from bot.engine.presenters.texts import Voice
from bot.engine.session import Button, Kind, Message
from bot.model.content import Term
from bot.model.flow import Question

MOST_TERMS = 18  # terms of the glossary that are listed at once

# The last argument is what follows the colon of a button's id.
Aside = Callable[[Voice, Walker, str], Message | None]


def why(voice: Voice, walker: Walker, _: str) -> Message | None:
    """Return why the question on the screen is asked; None without a question."""
    question = asked(voice, walker)
    return _about(voice, "why_intro", question, question.why) if question else None


def explain(voice: Voice, walker: Walker, _: str) -> Message | None:
    """Return the explanation of the question on the screen, with its terms as buttons; None without a question."""
    question = asked(voice, walker)
    return _about(voice, "explain_intro", question, question.explain, *_terms(voice, question)) if question else None


def _about(voice: Voice, title: str, question: Question, text: str, *tools: Button) -> Message:
    """Return an info message about *question*."""
    return Message(voice.fill(text), tools=tools, lead=voice(title), sensitive=question.sensitive)


def _terms(voice: Voice, question: Question) -> tuple[Button, ...]:
    """Return a button for each word of *question* that the glossary explains."""
    words = "\n".join((question.ask, question.explain, *(option.text for option in question.options)))
    return tuple(map(_term_button, terms_in(words, voice.terms)))


def _term_button(term: Term) -> Button:
    """Return the button that explains *term*."""
    return Button(f"!term:{term.id}", term.term)


def term(voice: Voice, _: Walker, id: str) -> Message | None:
    """Return the explanation of a term; None where there is no such term."""
    found = voice.library.terms(voice.session.language).get(id)
    if found is None:
        return None
    return Message(voice("term_explained", term=found.term, text=found.text), lead=voice("term_lead"))


def term_named(voice: Voice, text: str) -> str:
    """Return the id of the term that *text* asks about; an empty text where it asks about none."""
    found = term_asked(text, voice.terms, voice.phrases)
    return found.id if found else ""


def glossary(voice: Voice, _: Walker, after: str) -> Message:
    """Return one part of the glossary: MAX_TERMS_LISTED terms in alphabetical order, from *offset* on."""
    first = int(after) if re.fullmatch(r"[0-9]{1,4}", after) else 0
    last = first + MOST_TERMS
    terms = sorted(voice.terms, key=lambda term: term.term.casefold())
    more = (Button(f"!glossary:{last}", voice("glossary_more")),) if last < len(terms) else ()
    return Message(voice("glossary_intro"), Kind.LIST, (), (*map(_term_button, terms[first:last]), *more))


def asked(voice: Voice, walker: Walker) -> Question | None:
    """Return the question on the screen: the one that is being changed, else the open one."""
    return voice.question_at(voice.session.changing) if voice.session.changing else walker.question


def help_(voice: Voice, _: Walker, __: str) -> Message:
    """Return the help message with its commands."""
    stop = () if voice.library.information else ("stop",)  # there is nothing to forget
    tools = act(voice, "urgent", "countries", "all_pages", "glossary", "privacy", *stop, "hide")
    return Message(voice("help_text"), Kind.LIST, (), (*tools, *language_tool(voice)))


def urgent(voice: Voice, walker: Walker, _: str) -> Message:
    """Return the message with help right now, for all people at any moment: no consent, no question."""
    text = "\n\n".join((voice("urgent_text"), voice.number_help()))
    tools = ("countries", "staff", "call", "hide") if walker.answers else ("countries", "call", "hide")
    return Message(text, Kind.EMERGENCY, (), act(voice, *tools))


def privacy(voice: Voice, _: Walker, __: str) -> Message:
    """Return the privacy message."""
    return Message(voice("privacy_text"))


def languages(voice: Voice, _: Walker, flow: str) -> Message:
    """Return the list of languages, each by its own name. A choice before consent leads on to *flow*."""
    buttons = tuple(language_button(voice, code, flow) for code in voice.library.languages)
    return Message(voice("languages_intro"), Kind.LIST, (), buttons)


def language_named(voice: Voice, words: str) -> str:
    """Return the code of the language that *words* name, by its code or its own name; empty when there is none."""
    named = {plain(language.name): code for code, language in voice.library.languages.items()}
    return named.get(plain(words), "") or voice.library.language_of(words)


def review(voice: Voice, walker: Walker, _: str) -> Message:
    """Return every answer so far as a button that reopens its question."""
    told = list(answered(voice, walker))
    buttons = tuple(
        Button(f"!change:{at}", answer, f"{voice.fill(question.ask).splitlines()[0]} {answer}", str(number))
        for number, (at, question, option) in enumerate(told, 1)
        for answer in (option.label or voice(option.id),)
    )
    if not buttons:
        return Message(voice("review_empty"))
    private = any(question.sensitive for _, question, _ in told)
    return Message(voice("review_intro"), Kind.LIST, (), buttons, sensitive=private)


def text_for_staff(voice: Voice, walker: Walker, which: str) -> Message:
    """Return the summary of the answers to show to staff; with private answers where *which* is "private"."""
    return summary(voice, walker, private=which == "private") if walker.answers else Message(voice("review_empty"))


ASIDES: Mapping[str, Aside] = {
    "why": why,
    "explain": explain,
    "term": term,
    "glossary": glossary,
    "help": help_,
    "urgent": urgent,
    "privacy": privacy,
    "page": page,
    "more_pages": more_pages,
    "all_pages": all_pages,
    "subject": subject,
    "titles": titles,
    "countries": countries,
    "languages": languages,
    "review": review,
    "summary": text_for_staff,
    "staff": text_for_staff,
}
