"""Replies to typed words. Danger comes first; only a plain match with an option of the open question is an answer.

Typed words are folded once, used here, and kept nowhere.
"""

from dataclasses import replace

from bot.engine.commands import go_back, reopen_question, reply_with_info, run_command, show_info
from bot.engine.presenters.buttons import command_buttons, language_button
from bot.engine.presenters.ending import can_state_urgency
from bot.engine.presenters.info import find_term_id
from bot.engine.presenters.page_catalog import all_pages_message, find_pages_message
from bot.engine.presenters.suggestions import (
    heard_language_note,
    offered_help_text,
    spoken_language_note,
    suggestions_message,
)
from bot.engine.red_flag_monitor import is_emergency
from bot.engine.session import Button, Message, MessageKind
from bot.engine.snapshot import Reply, Snapshot
from bot.engine.understanding.danger import Danger, find_danger
from bot.engine.understanding.folding import TypedWords, fold_authored
from bot.engine.understanding.hearing import Destination, Heard, hear
from bot.engine.understanding.languages import find_asked_language, find_written_language
from bot.engine.understanding.option_matching import option_for
from bot.engine.understanding.phrase_lists import contains_phrase, is_phrase, starts_with_any, without_prefix, word_list
from bot.engine.understanding.quantities import number_note
from bot.engine.understanding.term_matching import find_asked_term, keywords
from bot.model.content import Phrases
from bot.model.flow import Question

# Commands that may simply be typed.
TYPED_COMMANDS = ("back", "review", "why", "explain", "glossary", "help", "all_pages", "language", "stop")
LOSING_COMMANDS = ("back", "stop")  # where such a word is also one of the question, it is asked which was meant
REASSURING_NOTES = ("no_fault", "worried", "welcome")  # word lists that get a kind sentence; no answer, no error
HELP_OFFER, CHANGE_OFFER = "help", "change"  # what a typed yes or no is then the answer to


def handle_typed(snapshot: Snapshot, typed: TypedWords, is_late: bool, shows_all_keys: bool) -> Reply:
    """Reply to typed words. Those written before the open question was seen (*is_late*) are no answer to it."""
    if reply := _reply_to_offer(snapshot, typed):
        return reply
    snapshot = snapshot.with_session(offered="") if snapshot.session.offered else snapshot
    question, phrases = snapshot.shown_question, snapshot.texts.phrases
    keys = _shown_keys(snapshot, question, shows_all_keys) if question else ()
    option = option_for(question, typed, phrases, keys) if question else None
    if option and not is_late:
        return answer_question(snapshot, option)
    if reply := _reply_to_danger(snapshot, typed):
        return reply
    if is_late and question and (option or _moves_on(question, typed, phrases)):
        return snapshot.repeat("too_early")
    for respond in (_reply_to_command, _reply_to_number, _reply_to_meaning):
        if reply := respond(snapshot, typed):
            return reply
    return reply_not_understood(snapshot, typed)


def _shown_keys(snapshot: Snapshot, question: Question, shows_all_keys: bool) -> tuple[str, ...]:
    """Return the options whose number or letter stands beside them: all, or those of a list, or of covered words."""
    is_listed = any(option.button for option in question.options)
    is_covered = question.sensitive and not snapshot.session.reveal_private
    listed = tuple(option.id for option in question.options if not option.is_standard)
    return tuple(option.id for option in question.options) if shows_all_keys else listed * (is_listed or is_covered)


def answer_question(snapshot: Snapshot, option: str) -> Reply:
    """Record *option* as the answer to the question on the screen, and go on."""
    return snapshot.with_answers({**snapshot.session.answers, snapshot.shown_state_id: option}, changing="").advance()


def _moves_on(question: Question, typed: TypedWords, phrases: Phrases) -> bool:
    """Whether *typed* would lead to another question, or to a question about a number."""
    return is_phrase(typed.answer, "back", phrases) or bool(number_note(question, typed, phrases))


# ---- what was offered


def _reply_to_offer(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Reply to a bare yes or no after an offer: it belongs to the offer, and is no answer to the open question."""
    offered = snapshot.session.offered
    if not offered or typed.is_question:
        return None
    snapshot = snapshot.with_session(offered="")
    words = without_prefix(typed.answer, "adds_nothing", snapshot.texts.phrases)
    is_yes, is_no = (_is_bare(snapshot, words, name) for name in ("yes", "no"))
    if is_yes and offered == HELP_OFFER:
        return run_command(snapshot, "urgent")
    if is_yes and offered == CHANGE_OFFER and (last := _last_answered(snapshot)):
        return reopen_question(snapshot, last)
    return snapshot.repeat(*["offer_declined"] * bool(snapshot.shown_question)) if is_no else None


def _is_bare(snapshot: Snapshot, words: str, name: str) -> bool:
    """Whether *words* are a plain yes or no (*name*), perhaps with a word such as "thanks" behind it."""
    phrases = snapshot.texts.phrases
    politeness = word_list(phrases, "adds_nothing")
    return any(words in (word, *(f"{word} {polite}" for polite in politeness)) for word in word_list(phrases, name))


def _last_answered(snapshot: Snapshot) -> str:
    """Return the question that was answered last, as "flow.state"; empty where none was."""
    return next(reversed(snapshot.interpreter.answers), "") if snapshot.session.flow else ""


# ---- danger


def _reply_to_danger(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Reply to danger that the authors' phrases tell, and to a call for help."""
    phrases = snapshot.texts.phrases
    if is_phrase(typed.answer, "help_now", phrases):
        return run_command(snapshot, "urgent")
    if any(is_phrase(typed.answer, name, phrases) for name in TYPED_COMMANDS) or _asks_for_term(snapshot, typed):
        return None
    if danger := find_danger(snapshot.bundle.vocabulary.index, typed):
        return offer_help(snapshot, danger, typed)
    is_worse = snapshot.session.flow and not snapshot.shown_question and contains_phrase(typed.folded, "worse", phrases)
    return _offer(snapshot, "got_worse", "") if is_worse else None


def _asks_for_term(snapshot: Snapshot, typed: TypedWords) -> bool:
    """Whether *typed* asks what a word means, such as "what is toxic shock": that is no cry for help."""
    term = find_asked_term(typed.answer, snapshot.texts.terms, snapshot.texts.phrases)
    return term is not None and typed.answer not in map(fold_authored, term.names)


def offer_help(snapshot: Snapshot, danger: Danger, typed: TypedWords) -> Reply:
    """Offer help with the words for that kind of danger. Nothing is decided, and the open question stays open."""
    phrase = f"danger_{danger.kind}"
    known = phrase in snapshot.texts.phrases.texts and not snapshot.bundle.information_only
    language = danger.language or find_written_language(snapshot.bundle, typed, snapshot.session.language)
    return _offer(snapshot, phrase if known else "offer_help", language)


def _offer(snapshot: Snapshot, phrase: str, language: str) -> Reply:
    """Offer help with *phrase*, also in *language*, and show where the person stands."""
    texts = snapshot.texts
    buttons = command_buttons(texts, "help_now")
    if language in snapshot.bundle.languages and language != snapshot.session.language:
        buttons += (language_button(texts, language),)
    note = Message(offered_help_text(texts, phrase, language), MessageKind.NOTE, (), buttons)
    offered = HELP_OFFER if snapshot.session.flow else ""  # where nothing is asked a yes or no needs no guard
    return _with_notes(snapshot.with_session(offered=offered).repeat(), note)


def _with_notes(reply: Reply, *notes: Message) -> Reply:
    """Return *reply* with *notes* before its messages."""
    return Reply(reply.session, (*notes, *reply.messages))


# ---- commands and corrections


def _reply_to_command(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Reply to words that do something: go on, a command, a correction, another language."""
    phrases, words = snapshot.texts.phrases, typed.answer
    if is_phrase(words, "go_on", phrases):
        return run_command(snapshot, "resume" if snapshot.session.flow else "go_on")
    if snapshot.session.changing and is_phrase(words, "cancel", phrases):
        return go_back(snapshot, "")
    if command := next((name for name in TYPED_COMMANDS if is_phrase(words, name, phrases)), ""):
        return _ask_which(snapshot, command, words) or run_command(snapshot, command)
    if reply := _reply_to_correction(snapshot, words):
        return reply
    code = find_asked_language(snapshot.bundle, words) if words else ""
    if code in snapshot.bundle.languages:
        return run_command(snapshot, "language", code)
    return _with_notes(snapshot.repeat(), heard_language_note(snapshot.texts, code)) if code else None


def _ask_which(snapshot: Snapshot, command: str, words: str) -> Reply | None:
    """Ask which was meant, where a command that loses something is also a word of the open question."""
    question = snapshot.shown_question
    if command not in LOSING_COMMANDS or question is None:
        return None
    in_question = f" {words} " in f" {fold_authored(question.ask.partition(chr(10))[0])} "
    if not in_question:
        return None
    texts = snapshot.texts
    return _with_notes(snapshot.repeat(), Message(texts("which_meaning"), tools=command_buttons(texts, command)))


def _reply_to_correction(snapshot: Snapshot, words: str) -> Reply | None:
    """Offer to change the answer before, to words such as "wait i mean yes"."""
    texts, last = snapshot.texts, _last_answered(snapshot)
    corrected = without_prefix(words, "correction", texts.phrases)
    question = texts.find_question(last) if last else None
    if corrected == words or question is None or not snapshot.shown_question:
        return None
    if option_for(question, TypedWords(corrected, corrected), texts.phrases) is None:
        return None
    button = Button(f"!change:{last}", texts("change_answer"))
    note = Message(texts("change_that_answer", question=texts.fill(question.ask).splitlines()[0]), tools=(button,))
    return _with_notes(snapshot.with_session(offered=CHANGE_OFFER).repeat(), note)


def _reply_to_number(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Ask again what a number means, where it can mean several; at a pain score the severe answers come first."""
    question = snapshot.shown_question
    phrase = number_note(question, typed, snapshot.texts.phrases) if question else ""
    if not phrase:
        return None
    reply = snapshot.repeat(phrase)
    if phrase != "pain_score":
        return reply
    *notes, shown = reply.messages
    own = [option for option in shown.options if option.id not in ("not_sure", "prefer_not_to_say")]
    rest = [option for option in shown.options if option not in own]
    return Reply(reply.session, (*notes, replace(shown, options=(*reversed(own), *rest))))


# ---- what it may be about


def _reply_to_meaning(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Reply to words by their meaning: danger, a kind sentence, a page, a term, a language, things to choose from."""
    if _asks_for_term(snapshot, typed):
        return show_info(snapshot, "term", find_term_id(snapshot.texts, typed.answer))
    heard = hear(snapshot.bundle, snapshot.session.language, typed)
    if heard.danger:
        return offer_help(snapshot, heard.danger, typed)
    reassurance = _reassurance(snapshot, typed)
    if reassurance and (is_emergency(snapshot.interpreter) or not _says_more(snapshot, typed, reassurance)):
        # on an emergency screen nothing comes before the number
        return snapshot.repeat(*[reassurance] * (not is_emergency(snapshot.interpreter)))
    if reply := _reply_with_page_or_term(snapshot, typed):
        return reply
    found = _suggest(snapshot, heard)
    if reassurance:
        return _with_notes(found or snapshot.repeat(), snapshot.note(reassurance))
    if code := find_written_language(snapshot.bundle, typed, snapshot.session.language):
        spoken = code in snapshot.bundle.languages
        note = (spoken_language_note if spoken else heard_language_note)(snapshot.texts, code)
        return _with_notes(found or snapshot.repeat(), note)
    return found


def _reassurance(snapshot: Snapshot, typed: TypedWords) -> str:
    """Return the kind sentence for words of worry, blame or thanks; empty where there are none."""
    phrases = snapshot.texts.phrases
    return next((note for note in REASSURING_NOTES if contains_phrase(typed.folded, note, phrases)), "")


def _says_more(snapshot: Snapshot, typed: TypedWords, reassurance: str) -> bool:
    """Whether *typed* also says what it is about, beside the words that get the *reassurance*."""
    phrases = snapshot.texts.phrases
    rest = f" {typed.folded} "
    for words in sorted(word_list(phrases, reassurance), key=len, reverse=True):
        rest = rest.replace(f" {words} ", " ")
    return bool(keywords(" ".join(rest.split()), phrases))


def _reply_with_page_or_term(snapshot: Snapshot, typed: TypedWords) -> Reply | None:
    """Reply with the pages or the term that *typed* names in so many words."""
    texts, words = snapshot.texts, typed.answer
    if not words:
        return None
    if snapshot.can_search_pages and (message := find_pages_message(texts, snapshot.interpreter, words)):
        return reply_with_info(snapshot, message)
    term = find_term_id(texts, words)
    return show_info(snapshot, "term", term) if term else None


def _suggest(snapshot: Snapshot, heard: Heard) -> Reply | None:
    """Offer what *heard* leads to. On an emergency screen nothing is offered beside the number."""
    texts = snapshot.texts
    if snapshot.session.flow and is_emergency(snapshot.interpreter):
        return None
    if heard.phrase and heard.phrase in texts.phrases.texts:
        return snapshot.repeat(heard.phrase)
    destinations, intro = heard.destinations, "these_may_fit"
    if heard.check:
        destinations, intro = (Destination("flow", heard.check),), "let_us_check"
    message = suggestions_message(texts, destinations, intro)
    return snapshot.reply(message) if message else None


# ---- no match


def reply_not_understood(snapshot: Snapshot, typed: TypedWords) -> Reply:
    """Reply that the words matched nothing, and repeat the question; from the second time on also offer help."""
    if snapshot.shown_question is None:
        return reply_nothing_found(snapshot)
    unmatched = snapshot.session.unmatched + 1
    is_yes_or_no = any(starts_with_any(typed.answer, word_list(snapshot.texts.phrases, word)) for word in ("yes", "no"))
    note = "yes_or_no_of_which" if is_yes_or_no and len(typed.answer.split()) <= 2 else "not_understood"
    return snapshot.with_session(unmatched=unmatched).repeat(note if unmatched == 1 else "not_understood_again")


def reply_nothing_found(snapshot: Snapshot) -> Reply:
    """Reply that no page matches the typed words.

    A person who only reads sees the list of pages, any other person the current message again.
    """
    if not snapshot.can_search_pages:
        return snapshot.repeat(*["opening_words"] * (not snapshot.session.flow))
    if can_state_urgency(snapshot.texts, snapshot.interpreter):
        return snapshot.repeat("once_more")
    if not snapshot.session.flow:  # the first screen, as it has the signs of danger
        return snapshot.repeat("not_found")
    page_list = reply_with_info(snapshot, all_pages_message(snapshot.texts, snapshot.interpreter, ""))
    return _with_notes(page_list, snapshot.note("not_found"))
