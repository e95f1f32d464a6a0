"""Presenter of the reading pages: by subject, by title, by typed words, and from one page to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.buttons import command_buttons, parse_offset
from bot.engine.presenters.ending import can_state_urgency, page_button, pages_by_floor
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.engine.understanding.folding import fold_authored
from bot.engine.understanding.term_matching import find_asked_term, keywords
from bot.model.bundle import BASE_LANGUAGE, ContentBundle, content_key
from bot.model.content import Page, Subject

MAX_TITLES_LISTED = 12  # titles that are listed at once
MAX_PAGES_FOUND = 6  # pages that are offered for a typed word
MIN_COMMON_LETTERS = 4  # letters that a word and another form of it have in common at the least
MAX_QUERY_WORDS, MAX_WORD_LETTERS = 8, 30  # words, and letters of one: more is no search for a page
MIN_SIMILARITY = 0.8  # how similar a misspelt word must be to one of a title


# ---- by list


def all_pages_message(texts: Texts, interpreter: Interpreter, _: str) -> Message:
    """Return the list of subjects; in a bundle without any, the list of titles."""
    if not texts.bundle.subjects:
        return titles_message(texts, interpreter, "")
    subjects = tuple(_subject_button(texts, subject) for subject in texts.bundle.subjects)
    by_title = Button("!titles", texts("all_titles"))
    return _list_message(texts, interpreter, texts("subjects_intro"), (*subjects, by_title))


def subject_message(texts: Texts, interpreter: Interpreter, subject_id: str) -> Message | None:
    """Return the pages of one subject in reading order; None where there is no such subject."""
    found = next((subject for subject in texts.bundle.subjects if subject.id == subject_id), None)
    if found is None:
        return None
    text = texts("subject_intro", subject=_subject_name(texts, found))
    listed = _list_message(
        texts, interpreter, text, (*_page_buttons(texts, found.pages), *command_buttons(texts, "all_pages"))
    )
    return replace(listed, lead=texts("pages_lead"))


def titles_message(texts: Texts, interpreter: Interpreter, offset: str) -> Message:
    """Return one part of all titles: MAX_TITLES_LISTED in alphabetical order, from *offset* on."""
    first = parse_offset(offset)
    ids = sorted(texts.bundle.pages[BASE_LANGUAGE], key=lambda id: _page(texts, id).title.casefold())
    last = first + MAX_TITLES_LISTED
    more = (Button(f"!titles:{last}", texts("more_titles")),) if last < len(ids) else ()
    subjects = command_buttons(texts, "all_pages") if texts.bundle.subjects else ()
    return _list_message(
        texts, interpreter, texts("pages_intro"), (*_page_buttons(texts, ids[first:last]), *more, *subjects)
    )


def more_pages_message(texts: Texts, interpreter: Interpreter, _: str) -> Message:
    """Return the list of all pages that the answers brought up."""
    pages = _page_buttons(texts, pages_by_floor(interpreter))
    return Message(texts("pages_intro"), MessageKind.LIST, (), (*pages, *command_buttons(texts, "all_pages")))


def _list_message(texts: Texts, interpreter: Interpreter, text: str, tools: Iterable[Button]) -> Message:
    """Return a list message with these buttons, and the way to the questions."""
    return Message(text, MessageKind.LIST, (), (*tools, *_ask_me_buttons(texts, interpreter)))


def _page_buttons(texts: Texts, ids: Iterable[str]) -> tuple[Button, ...]:
    """Return a button for each page."""
    return tuple(page_button(_page(texts, id)) for id in ids)


def _page(texts: Texts, id: str) -> Page:
    """Return the page *id* in the person's language."""
    return texts.bundle.page(id, texts.session.language)


def _subject_button(texts: Texts, subject: Subject) -> Button:
    """Return the button that opens *subject*."""
    return Button(f"!subject:{subject.id}", _subject_name(texts, subject))


def _subject_name(texts: Texts, subject: Subject) -> str:
    """Return the name of *subject* in the person's language."""
    return texts(f"subject_{subject.id}")


def _ask_me_buttons(texts: Texts, interpreter: Interpreter) -> tuple[Button, ...]:
    """Return the button that leads to the questions, unless the person is in the middle of them or has advice.

    Where the whole bot only informs there is none.
    """
    is_needless = (
        texts.bundle.information_only
        or _has_urgency_advice(texts, interpreter)
        or _has_open_question(texts, interpreter)
    )
    return () if is_needless else (Button("!restart", texts("ask_me")),)


def _has_urgency_advice(texts: Texts, interpreter: Interpreter) -> bool:
    """Whether an ending has said how soon to be seen."""
    return interpreter.outcome is not None and can_state_urgency(texts, interpreter)


def _has_open_question(texts: Texts, interpreter: Interpreter) -> bool:
    """Whether a question is open or being changed."""
    return bool(texts.session.changing or interpreter.question)


# ---- one page, and the next


def page_message(texts: Texts, interpreter: Interpreter, page_id: str) -> Message | None:
    """Return one reading page with its sources and the buttons to others; None where there is no such page."""
    if page_id not in texts.bundle.pages[BASE_LANGUAGE]:
        return None
    found = _page(texts, page_id)
    text = "\n\n".join((f"## {found.title}", texts.fill(found.text), _sources_text(texts, found)))
    tools = (*_navigation_buttons(texts, page_id), *_ask_me_buttons(texts, interpreter))
    return Message(text, MessageKind.PAGE, (), tools, lead=texts("page_lead"))


def _sources_text(texts: Texts, page: Page) -> str:
    """Return the line with the page's sources, and its reviewer if the page is signed."""
    names = dict.fromkeys(source.org for source in page.sources)
    values = {"sources": "; ".join(names), "checked": max(source.checked for source in page.sources)}
    if page.review and content_key(f"{page.id}.md", page.language) in texts.bundle.signed_keys:
        return texts(
            "page_reviewed", **values, by=page.review.reviewer, role=page.review.role, on=page.review.signed_on
        )
    return texts("page_sources", **values)


def _navigation_buttons(texts: Texts, id: str) -> Iterable[Button]:
    """Yield the buttons to the page before, the page after, the subjects of the page, and all subjects."""
    ids = reading_order(texts.bundle)
    position = ids.index(id)
    if position:
        yield Button(f"!page:{ids[position - 1]}", texts("previous_page"))
    if position + 1 < len(ids):
        yield Button(f"!page:{ids[position + 1]}", texts("next_page"))
    yield from (_subject_button(texts, subject) for subject in texts.bundle.subjects if id in subject.pages)
    yield from command_buttons(texts, "all_pages")


def reading_order(bundle: ContentBundle) -> Sequence[str]:
    """Return the ids of all pages in reading order, the same in every language."""
    listed = (page for subject in bundle.subjects for page in subject.pages)
    return list(dict.fromkeys((*listed, *sorted(bundle.pages[BASE_LANGUAGE]))))


# ---- by typing


def find_pages_message(texts: Texts, interpreter: Interpreter, text: str) -> Message | None:
    """Return the pages about the typed words, then the glossary term they name; None where there is nothing.

    *text* is folded. In the middle of questions only a whole title counts, as "pain" may also be meant for an answer.
    After advice only titles are searched: "what should I do" is no search for a page.
    """
    asked, term = _has_open_question(texts, interpreter), find_asked_term(text, texts.terms, texts.phrases)
    if term and (asked or text not in map(fold_authored, term.names)):
        return None  # "what is thrush" asks for the term
    ids = (
        pages_titled(texts, text)
        if asked
        else search_pages(texts, text, anywhere=not _has_urgency_advice(texts, interpreter))
    )
    if not ids:
        return None
    word = (Button(f"!term:{term.id}", texts("explain_word"), texts("word_called", term=term.term)),) if term else ()
    tools = (*_page_buttons(texts, ids[:MAX_PAGES_FOUND]), *word, *command_buttons(texts, "all_pages"))
    return _list_message(texts, interpreter, texts("found_intro"), tools)


def pages_titled(texts: Texts, text: str) -> list[str]:
    """Return the pages whose title or button is *text*."""
    pages = [_page(texts, id) for id in reading_order(texts.bundle)]
    return [
        page.id
        for page in pages
        if text and text in (" ".join(_split_words(page.title)), " ".join(_split_words(page.button)))
    ]


def search_pages(texts: Texts, text: str, *, anywhere: bool = True) -> list[str]:
    """Return the pages with every word of *text* in their title or gist, as typed or with spelling corrected.

    Gists are searched only with *anywhere*. Then a single word is also looked for in the pages' text: several
    words could stand there far from each other.
    """
    words = keywords(text, texts.phrases)
    if not 0 < len(words) <= MAX_QUERY_WORDS:
        return []
    for query in (words, _correct_spelling(texts, words)):
        if query and (ids := _pages_with_words(texts, query, gist=anywhere)):
            return ids
    return _pages_containing(texts, words[0]) if anywhere and len(words) == 1 else []


def _pages_with_words(texts: Texts, words: Sequence[str], *, gist: bool) -> list[str]:
    """Return the pages with all *words* in their title, then those with all in title and *gist*."""
    pages = [_page(texts, id) for id in reading_order(texts.bundle)]
    by_title = [page.id for page in pages if _has_all_words(_title_words(page), words)]
    by_gist = [
        page.id for page in pages if gist and _has_all_words((*_title_words(page), *_split_words(page.gist)), words)
    ]
    return list(dict.fromkeys((*by_title, *by_gist)))


def _pages_containing(texts: Texts, word: str) -> list[str]:
    """Return the pages whose text has *word* as it was typed: those that have it most often first."""
    counts = {id: _split_words(_page(texts, id).text).count(word) for id in reading_order(texts.bundle)}
    return sorted((id for id in counts if counts[id]), key=lambda id: -counts[id])


@lru_cache(maxsize=2000)
def _split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text from the bundle, cached. Never for typed words: these are not stored."""
    return tuple(fold_authored(text).split())


def _title_words(page: Page) -> tuple[str, ...]:
    """Return the words of the page's title and of its button."""
    return *_split_words(page.title), *_split_words(page.button)


def _has_all_words(available: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each of *words* is among the *available* ones, perhaps in another form."""
    return all(any(_is_same_word(word, other) for other in available) for word in words)


def _is_same_word(word: str, other: str) -> bool:
    """Whether *word* is *other*, its beginning, or another form of it: "dry" and "dryness", "remedy" and "remedies"."""
    short, long = sorted((word, other), key=len)
    is_prefix = len(word) > 2 and other.startswith(word)
    return (
        word == other
        or is_prefix
        or (len(short) >= MIN_COMMON_LETTERS and long.startswith(short[: max(MIN_COMMON_LETTERS, len(short) - 1)]))
    )


def _correct_spelling(texts: Texts, words: Sequence[str]) -> list[str]:
    """Return *words*, each replaced by the most similar word of a title; empty where one is similar to none."""
    known = {word for id in reading_order(texts.bundle) for word in _title_words(_page(texts, id))}
    long_words = sorted(word for word in known if len(word) >= MIN_COMMON_LETTERS)
    meant = [get_close_matches(word[:MAX_WORD_LETTERS], long_words, 1, MIN_SIMILARITY) for word in words]
    return [match[0] for match in meant] if all(meant) else []
