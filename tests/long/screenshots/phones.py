"""Which phones are looked at: every screen in every language, narrow and wide, light and dark, with large type."""

from collections.abc import Iterator, Mapping

from bot.adapters.telegram_bot.messages.outgoing import to_messages
from bot.authoring.loader import content_root, load_bundle
from bot.engine.presenters.question import question_message
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from tests.long.screenshots.page import Phone
from tests.long.screenshots.visits import seen
from tests.support import pseudo_language as pseudo
from tests.support.telegram_double.chats import Message
from tests.support.telegram_double.telegram import BOT

NARROW, WIDE = 320, 390
LOOKS = ((False, False), (True, False), (False, True))  # dark, large


def libraries() -> dict[str, ContentBundle]:
    """English and its translations, drafts too; and a language that nobody speaks, longer, and read from the right."""
    drafts = load_bundle(content_root(), include_drafts=True)[0]
    return dict.fromkeys(drafts.languages, drafts) | {pseudo.CODE: pseudo.library()}


async def all_phones() -> list[Phone]:
    found: list[Phone] = []
    for language, library in libraries().items():
        found += [*await screens(language, library), *questions(language, library)]
    return found


async def screens(language: str, library: ContentBundle) -> list[Phone]:
    """Every kind of screen, each as several people see it."""
    return list(_looks(language, await seen(library, language)))


def _looks(language: str, chats: Mapping[str, list[Message]]) -> Iterator[Phone]:
    for screen, chat in chats.items():
        for width in (NARROW, WIDE):
            for dark, large in LOOKS:
                yield Phone(f"{screen}-{language}", tuple(chat), width, dark, large, language == pseudo.CODE)


def questions(language: str, library: ContentBundle) -> Iterator[Phone]:
    """Every question there is, on the narrowest phone."""
    voice = Texts(library, Session(language=language))
    for flow in library.flows[BASE_LANGUAGE]:
        translated = library.flow(flow, language)
        for question in translated.questions():
            card = question_message(voice, translated.full_name(question.name), question)
            sheet = to_messages(card, lambda id: id[:64])[-1]
            rows = [[{"text": label, "callback_data": data} for label, data in row] for row in sheet.rows]
            message = Message(1, BOT, 0.0, text=sheet.text, rows=rows)
            yield Phone(f"{flow}.{question.name}-{language}", (message,), NARROW, leftward=language == pseudo.CODE)
