"""Telegram's own refusals by a short name, word for word, for a test that wants one said, rightly or falsely."""

from tests.support.telegram_double.errors import HOOK_CAME, HOOK_IS_SET, NOT_MODIFIED, OTHER_POLLER, TOO_OLD
from tests.support.telegram_double.faults import Refused

_SENTENCES = {
    # of its form: the same words in a plainer form may pass
    "can't parse entities": "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    "message is too long": "Bad Request: message is too long",
    "MESSAGE_TOO_LONG": "Bad Request: MESSAGE_TOO_LONG",
    "message text is empty": "Bad Request: message text is empty",
    "BUTTON_DATA_INVALID": "Bad Request: BUTTON_DATA_INVALID",
    "BUTTON_TYPE_INVALID": "Bad Request: BUTTON_TYPE_INVALID",
    "REPLY_MARKUP_TOO_LONG": "Bad Request: reply markup is too long",
    "Wrong HTTP URL": "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
    # of the message it is about
    "message to edit not found": "Bad Request: message to edit not found",
    "message can't be edited": "Bad Request: message can't be edited",
    "message is not modified": f"Bad Request: {NOT_MODIFIED}",
    "message to delete not found": "Bad Request: message to delete not found",
    "message can't be deleted": "Bad Request: message can't be deleted for everyone",
    "query is too old": f"Bad Request: {TOO_OLD}",
    # of the chat
    "chat not found": "Bad Request: chat not found",
    "PEER_ID_INVALID": "Bad Request: PEER_ID_INVALID",
    "not enough rights": "Bad Request: not enough rights to send text messages to the chat",
    "bot was blocked by the user": "Forbidden: bot was blocked by the user",
    "user is deactivated": "Forbidden: user is deactivated",
    "bot can't initiate conversation": "Forbidden: bot can't initiate conversation with a user",
    "bot was kicked": "Forbidden: bot was kicked from the group chat",
    # of the bot and of the service
    "Unauthorized": "Unauthorized",
    "Not Found": "Not Found",
    "terminated by other getUpdates": f"Conflict: {OTHER_POLLER}",
    "terminated by setWebhook": f"Conflict: {HOOK_CAME}",
    "webhook is active": f"Conflict: {HOOK_IS_SET}",
    "Internal Server Error": "Internal Server Error",
}
_CODES = {"Bad Request": 400, "Unauthorized": 401, "Forbidden": 403, "Not Found": 404, "Conflict": 409}
REFUSALS = tuple(_SENTENCES)


def refused(name: str, after: bool = False) -> Refused:
    """The fault in which Telegram refuses as it does under *name*; *after*: falsely, it was carried out."""
    assert name in _SENTENCES, f"no refusal {name!r}; there are {', '.join(_SENTENCES)}"
    sentence = _SENTENCES[name]
    return Refused(_CODES.get(sentence.partition(":")[0], 500), sentence, after)
