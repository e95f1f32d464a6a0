"""The pages as a small library: by subject, by title, by a typed word, and from one page to the next."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache

from bot.content import Page, Subject
from bot.endings import best_pages, judged, page_button
from bot.hearing import about, plain, term_asked
from bot.library import BASE, Library, filed
from bot.session import Button, Kind, Message
from bot.speaking import act
from bot.voice import Voice
from bot.walker import Walker

MOST_LISTED = 12  # titles that are listed at once
MOST_FOUND = 6  # pages that are offered for a typed word
SHORTEST = 4  # letters that a word and another form of it have in common at the least
MOST_WORDS, LONGEST = 8, 30  # words, and letters of one: who types more is not looking for a page
ALIKE = 0.8  # how alike a misspelt word must be to one of ours


# ---- by list


def all_pages(voice: Voice, walker: Walker, _: str) -> Message:
    """Every subject; in a library without any, every title."""
    if not voice.library.subjects:
        return titles(voice, walker, "")
    subjects = tuple(_subject_button(voice, subject) for subject in voice.library.subjects)
    by_title = Button("!titles", voice("all_titles"))
    return _listed(voice, walker, voice("subjects_intro"), (*subjects, by_title))


def subject(voice: Voice, walker: Walker, id: str) -> Message | None:
    """The pages of one subject, in the order in which they are read."""
    found = next((subject for subject in voice.library.subjects if subject.id == id), None)
    if found is None:
        return None
    text = voice("subject_intro", subject=_name(voice, found))
    listed = _listed(voice, walker, text, (*_buttons(voice, found.pages), *act(voice, "all_pages")))
    return replace(listed, lead=voice("pages_lead"))


def titles(voice: Voice, walker: Walker, after: str) -> Message:
    """A part of all titles: the MOST_LISTED that come *after* so many others in the alphabet."""
    first = int(after) if re.fullmatch(r"[0-9]{1,4}", after) else 0
    ids = sorted(voice.library.pages[BASE], key=lambda id: _page(voice, id).title.casefold())
    last = first + MOST_LISTED
    more = (Button(f"!titles:{last}", voice("more_titles")),) if last < len(ids) else ()
    subjects = act(voice, "all_pages") if voice.library.subjects else ()
    return _listed(voice, walker, voice("pages_intro"), (*_buttons(voice, ids[first:last]), *more, *subjects))


def more_pages(voice: Voice, walker: Walker, _: str) -> Message:
    """What the answers brought up."""
    pages = _buttons(voice, best_pages(walker))
    return Message(voice("pages_intro"), Kind.LIST, (), (*pages, *act(voice, "all_pages")))


def _listed(voice: Voice, walker: Walker, text: str, tools: Iterable[Button]) -> Message:
    return Message(text, Kind.LIST, (), (*tools, *_questions(voice, walker)))


def _buttons(voice: Voice, ids: Iterable[str]) -> tuple[Button, ...]:
    return tuple(page_button(_page(voice, id)) for id in ids)


def _page(voice: Voice, id: str) -> Page:
    return voice.library.page(id, voice.session.language)


def _subject_button(voice: Voice, subject: Subject) -> Button:
    return Button(f"!subject:{subject.id}", _name(voice, subject))


def _name(voice: Voice, subject: Subject) -> str:
    return voice(f"subject_{subject.id}")


def _questions(voice: Voice, walker: Walker) -> tuple[Button, ...]:
    """The way from reading into questions, for whoever is not in the middle of them or at their end."""
    there = voice.library.information or _ended(voice, walker) or _asked(voice, walker)
    return () if there else (Button("!restart", voice("ask_me")),)


def _ended(voice: Voice, walker: Walker) -> bool:
    """Whether somebody was told how soon to be seen."""
    return walker.outcome is not None and judged(voice, walker)


def _asked(voice: Voice, walker: Walker) -> bool:
    return bool(voice.session.changing or walker.question)


# ---- one page, and the next


def page(voice: Voice, walker: Walker, id: str) -> Message | None:
    if id not in voice.library.pages[BASE]:
        return None
    found = _page(voice, id)
    text = "\n\n".join((f"## {found.title}", voice.fill(found.text), _sources(voice, found)))
    tools = (*_ways_on(voice, id), *_questions(voice, walker))
    return Message(text, Kind.PAGE, (), tools, lead=voice("page_lead"))


def _sources(voice: Voice, page: Page) -> str:
    names = dict.fromkeys(source.org for source in page.sources)
    values = {"sources": "; ".join(names), "checked": max(source.checked for source in page.sources)}
    if page.review and filed(f"{page.id}.md", page.language) in voice.library.signed:
        return voice("page_reviewed", **values, by=page.review.by, role=page.review.role, on=page.review.on)
    return voice("page_sources", **values)


def _ways_on(voice: Voice, id: str) -> Iterable[Button]:
    """The page before, the page after, the subject, and all subjects."""
    ids = order(voice.library)
    at = ids.index(id)
    if at:
        yield Button(f"!page:{ids[at - 1]}", voice("previous_page"))
    if at + 1 < len(ids):
        yield Button(f"!page:{ids[at + 1]}", voice("next_page"))
    yield from (_subject_button(voice, subject) for subject in voice.library.subjects if id in subject.pages)
    yield from act(voice, "all_pages")


def order(library: Library) -> Sequence[str]:
    """Every page in the order in which one follows another, the same in every language."""
    listed = (page for subject in library.subjects for page in subject.pages)
    return list(dict.fromkeys((*listed, *sorted(library.pages[BASE]))))


# ---- by typing


def found(voice: Voice, walker: Walker, text: str) -> Message | None:
    """What there is to read about typed words: pages first, the word of the glossary after them; or nothing.

    In the middle of questions only a whole title is heard, as "pain" may also be meant for an answer. After advice
    only titles are looked at: "what should I do" is no search for a page.
    """
    asked, term = _asked(voice, walker), term_asked(text, voice.terms, voice.phrases)
    if term and (asked or plain(text) not in map(plain, term.names)):
        return None  # "what is thrush" wants the word
    ids = titled(voice, text) if asked else matching(voice, text, anywhere=not _ended(voice, walker))
    if not ids:
        return None
    word = (Button(f"!term:{term.id}", voice("explain_word"), voice("word_called", term=term.term)),) if term else ()
    tools = (*_buttons(voice, ids[:MOST_FOUND]), *word, *act(voice, "all_pages"))
    return _listed(voice, walker, voice("found_intro"), tools)


def titled(voice: Voice, text: str) -> list[str]:
    """The page whose title or button *text* is."""
    heard = plain(text)
    pages = [_page(voice, id) for id in order(voice.library)]
    return [
        page.id for page in pages if heard and heard in (" ".join(_words(page.title)), " ".join(_words(page.button)))
    ]


def matching(voice: Voice, text: str, *, anywhere: bool = True) -> list[str]:
    """The pages with every word of *text*, as typed or once mended, in their title; or in their gist, or *anywhere*.

    A single word is looked for in their text, too: several could stand there far from each other.
    """
    words = about(text, voice.phrases)
    if not 0 < len(words) <= MOST_WORDS:
        return []
    for tried in (words, _mended(voice, words)):
        if tried and (ids := _named_so(voice, tried, gist=anywhere)):
            return ids
    return _holding(voice, words[0]) if anywhere and len(words) == 1 else []


def _named_so(voice: Voice, words: Sequence[str], *, gist: bool) -> list[str]:
    pages = [_page(voice, id) for id in order(voice.library)]
    by_title = [page.id for page in pages if _holds(_title_words(page), words)]
    by_gist = [page.id for page in pages if gist and _holds((*_title_words(page), *_words(page.gist)), words)]
    return list(dict.fromkeys((*by_title, *by_gist)))


def _holding(voice: Voice, word: str) -> list[str]:
    """The pages in whose text *word* stands as it was typed: those that say it most often first."""
    often = {id: _words(_page(voice, id).text).count(word) for id in order(voice.library)}
    return sorted((id for id in often if often[id]), key=lambda id: -often[id])


@lru_cache(maxsize=2000)
def _words(text: str) -> tuple[str, ...]:
    """The words of a text of ours, taken apart once: what people type is never kept here."""
    return tuple(plain(text).split())


def _title_words(page: Page) -> tuple[str, ...]:
    return *_words(page.title), *_words(page.button)


def _holds(there: Iterable[str], words: Iterable[str]) -> bool:
    return all(any(_same(word, other) for other in there) for word in words)


def _same(word: str, other: str) -> bool:
    """The same word, its beginning, or another form of it: "dry" and "dryness", "remedy" and "remedies"."""
    short, long = sorted((word, other), key=len)
    begins = len(word) > 2 and other.startswith(word)
    return (
        word == other or begins or (len(short) >= SHORTEST and long.startswith(short[: max(SHORTEST, len(short) - 1)]))
    )


def _mended(voice: Voice, words: Sequence[str]) -> list[str]:
    """*words*, each as the word of a title that it is most like; nothing where one is like none."""
    known = {word for id in order(voice.library) for word in _title_words(_page(voice, id))}
    long = sorted(word for word in known if len(word) >= SHORTEST)
    meant = [get_close_matches(word[:LONGEST], long, 1, ALIKE) for word in words]
    return [match[0] for match in meant] if all(meant) else []
