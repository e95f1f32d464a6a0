"""Presenter of the reading pages: by subject, by title, by typed words, and from one page to the next."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

from bot.engine.input_matching import about, plain, term_asked
from bot.engine.interpreter import Walker
from bot.engine.presenters.ending import best_pages, judged, page_button
from bot.engine.presenters.question import act
from bot.engine.presenters.texts import Voice
from bot.engine.session import Button, Kind, Message
from bot.model.bundle import BASE, Library, filed
from bot.model.content import Page, Subject

MOST_LISTED = 12  # titles that are listed at once
MOST_FOUND = 6  # pages that are offered for a typed word
SHORTEST = 4  # letters that a word and another form of it have in common at the least
MOST_WORDS, LONGEST = 8, 30  # words, and letters of one: more is no search for a page
ALIKE = 0.8  # how similar a misspelt word must be to one of a title


# ---- by list


def all_pages(voice: Voice, walker: Walker, _: str) -> Message:
    """Return the list of subjects; in a bundle without any, the list of titles."""
    if not voice.library.subjects:
        return titles(voice, walker, "")
    subjects = tuple(_subject_button(voice, subject) for subject in voice.library.subjects)
    by_title = Button("!titles", voice("all_titles"))
    return _listed(voice, walker, voice("subjects_intro"), (*subjects, by_title))


def subject(voice: Voice, walker: Walker, id: str) -> Message | None:
    """Return the pages of one subject in reading order; None where there is no such subject."""
    found = next((subject for subject in voice.library.subjects if subject.id == id), None)
    if found is None:
        return None
    text = voice("subject_intro", subject=_name(voice, found))
    listed = _listed(voice, walker, text, (*_buttons(voice, found.pages), *act(voice, "all_pages")))
    return replace(listed, lead=voice("pages_lead"))


def titles(voice: Voice, walker: Walker, after: str) -> Message:
    """Return one part of all titles: MAX_TITLES_LISTED in alphabetical order, from *offset* on."""
    first = int(after) if re.fullmatch(r"[0-9]{1,4}", after) else 0
    ids = sorted(voice.library.pages[BASE], key=lambda id: _page(voice, id).title.casefold())
    last = first + MOST_LISTED
    more = (Button(f"!titles:{last}", voice("more_titles")),) if last < len(ids) else ()
    subjects = act(voice, "all_pages") if voice.library.subjects else ()
    return _listed(voice, walker, voice("pages_intro"), (*_buttons(voice, ids[first:last]), *more, *subjects))


def more_pages(voice: Voice, walker: Walker, _: str) -> Message:
    """Return the list of all pages that the answers brought up."""
    pages = _buttons(voice, best_pages(walker))
    return Message(voice("pages_intro"), Kind.LIST, (), (*pages, *act(voice, "all_pages")))


def _listed(voice: Voice, walker: Walker, text: str, tools: Iterable[Button]) -> Message:
    """Return a list message with these buttons, and the way to the questions."""
    return Message(text, Kind.LIST, (), (*tools, *_questions(voice, walker)))


def _buttons(voice: Voice, ids: Iterable[str]) -> tuple[Button, ...]:
    """Return a button for each page."""
    return tuple(page_button(_page(voice, id)) for id in ids)


def _page(voice: Voice, id: str) -> Page:
    """Return the page *id* in the person's language."""
    return voice.library.page(id, voice.session.language)


def _subject_button(voice: Voice, subject: Subject) -> Button:
    """Return the button that opens *subject*."""
    return Button(f"!subject:{subject.id}", _name(voice, subject))


def _name(voice: Voice, subject: Subject) -> str:
    """Return the name of *subject* in the person's language."""
    return voice(f"subject_{subject.id}")


def _questions(voice: Voice, walker: Walker) -> tuple[Button, ...]:
    """Return the button that leads to the questions, unless the person is in the middle of them or has advice.

    Where the whole bot only informs there is none.
    """
    there = voice.library.information or _ended(voice, walker) or _asked(voice, walker)
    return () if there else (Button("!restart", voice("ask_me")),)


def _ended(voice: Voice, walker: Walker) -> bool:
    """Whether an ending has said how soon to be seen."""
    return walker.outcome is not None and judged(voice, walker)


def _asked(voice: Voice, walker: Walker) -> bool:
    """Whether a question is open or being changed."""
    return bool(voice.session.changing or walker.question)


# ---- one page, and the next


def page(voice: Voice, walker: Walker, id: str) -> Message | None:
    """Return one reading page with its sources and the buttons to others; None where there is no such page."""
    if id not in voice.library.pages[BASE]:
        return None
    found = _page(voice, id)
    text = "\n\n".join((f"## {found.title}", voice.fill(found.text), _sources(voice, found)))
    tools = (*_ways_on(voice, id), *_questions(voice, walker))
    return Message(text, Kind.PAGE, (), tools, lead=voice("page_lead"))


def _sources(voice: Voice, page: Page) -> str:
    """Return the line with the page's sources, and its reviewer if the page is signed."""
    names = dict.fromkeys(source.org for source in page.sources)
    values = {"sources": "; ".join(names), "checked": max(source.checked for source in page.sources)}
    if page.review and filed(f"{page.id}.md", page.language) in voice.library.signed:
        return voice("page_reviewed", **values, by=page.review.by, role=page.review.role, on=page.review.on)
    return voice("page_sources", **values)


def _ways_on(voice: Voice, id: str) -> Iterable[Button]:
    """Yield the buttons to the page before, the page after, the subjects of the page, and all subjects."""
    ids = order(voice.library)
    at = ids.index(id)
    if at:
        yield Button(f"!page:{ids[at - 1]}", voice("previous_page"))
    if at + 1 < len(ids):
        yield Button(f"!page:{ids[at + 1]}", voice("next_page"))
    yield from (_subject_button(voice, subject) for subject in voice.library.subjects if id in subject.pages)
    yield from act(voice, "all_pages")


def order(library: Library) -> Sequence[str]:
    """Return the ids of all pages in reading order, the same in every language."""
    listed = (page for subject in library.subjects for page in subject.pages)
    return list(dict.fromkeys((*listed, *sorted(library.pages[BASE]))))


# ---- by typing


def found(voice: Voice, walker: Walker, text: str) -> Message | None:
    """Return the pages about the typed words, then the glossary term they name; None where there is nothing.

    In the middle of questions only a whole title counts, as "pain" may also be meant for an answer. After advice
    only titles are searched: "what should I do" is no search for a page.
    """
    asked, term = _asked(voice, walker), term_asked(text, voice.terms, voice.phrases)
    if term and (asked or plain(text) not in map(plain, term.names)):
        return None  # "what is thrush" asks for the term
    ids = titled(voice, text) if asked else matching(voice, text, anywhere=not _ended(voice, walker))
    if not ids:
        return None
    word = (Button(f"!term:{term.id}", voice("explain_word"), voice("word_called", term=term.term)),) if term else ()
    tools = (*_buttons(voice, ids[:MOST_FOUND]), *word, *act(voice, "all_pages"))
    return _listed(voice, walker, voice("found_intro"), tools)


def titled(voice: Voice, text: str) -> list[str]:
    """Return the pages whose title or button is *text*."""
    heard = plain(text)
    pages = [_page(voice, id) for id in order(voice.library)]
    return [
        page.id for page in pages if heard and heard in (" ".join(_words(page.title)), " ".join(_words(page.button)))
    ]


def matching(voice: Voice, text: str, *, anywhere: bool = True) -> list[str]:
    """Return the pages with every word of *text* in their title or gist, as typed or with spelling corrected.

    Gists are searched only with *anywhere*. Then a single word is also looked for in the pages' text: several
    words could stand there far from each other.
    """
    words = about(text, voice.phrases)
    if not 0 < len(words) <= MOST_WORDS:
        return []
    for tried in (words, _mended(voice, words)):
        if tried and (ids := _named_so(voice, tried, gist=anywhere)):
            return ids
    return _holding(voice, words[0]) if anywhere and len(words) == 1 else []


def _named_so(voice: Voice, words: Sequence[str], *, gist: bool) -> list[str]:
    """Return the pages with all *words* in their title, then those with all in title and *gist*."""
    pages = [_page(voice, id) for id in order(voice.library)]
    by_title = [page.id for page in pages if _holds(_title_words(page), words)]
    by_gist = [page.id for page in pages if gist and _holds((*_title_words(page), *_words(page.gist)), words)]
    return list(dict.fromkeys((*by_title, *by_gist)))


def _holding(voice: Voice, word: str) -> list[str]:
    """Return the pages whose text has *word* as it was typed: those that have it most often first."""
    often = {id: _words(_page(voice, id).text).count(word) for id in order(voice.library)}
    return sorted((id for id in often if often[id]), key=lambda id: -often[id])


@lru_cache(maxsize=2000)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text from the bundle, cached. Never for typed words: these are not stored."""
    return tuple(plain(text).split())


def _title_words(page: Page) -> tuple[str, ...]:
    """Return the words of the page's title and of its button."""
    return *_words(page.title), *_words(page.button)


def _holds(there: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each of *words* is among the *available* ones, perhaps in another form."""
    return all(any(_same(word, other) for other in there) for word in words)


def _same(word: str, other: str) -> bool:
    """Whether *word* is *other*, its beginning, or another form of it: "dry" and "dryness", "remedy" and "remedies"."""
    short, long = sorted((word, other), key=len)
    begins = len(word) > 2 and other.startswith(word)
    return (
        word == other or begins or (len(short) >= SHORTEST and long.startswith(short[: max(SHORTEST, len(short) - 1)]))
    )


def _mended(voice: Voice, words: Sequence[str]) -> list[str]:
    """Return *words*, each replaced by the most similar word of a title; empty where one is similar to none."""
    known = {word for id in order(voice.library) for word in _title_words(_page(voice, id))}
    long = sorted(word for word in known if len(word) >= SHORTEST)
    meant = [get_close_matches(word[:LONGEST], long, 1, ALIKE) for word in words]
    return [match[0] for match in meant] if all(meant) else []
