"""Reader of the kinds of care that a clinic can list, and the outcomes that each fits, by urgency and by page."""

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import page_key
from bot.authoring.parsing.readers.phrases import PHRASES
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.clinic import Service
from bot.model.urgency import Urgency

WORDS = {urgency.word: urgency for urgency in Urgency if urgency is not Urgency.EMERGENCY}


def read_services(reading: Reading) -> dict[str, Service]:
    """Read the list of services and return them by id."""
    with Fields(reading, reading.root(), "the list of services") as top:
        top.day("checked")
        with Fields(reading, top.need("services"), "'services'") as services:
            found = [_service(reading, key, value) for key, value in services.rest()]
    return {service.id: service for service in found}


def _service(reading: Reading, key: Scalar, value: Node) -> Service:
    """Read one service; its name for people is the phrase `service_…`, so that it is translated like any other."""
    id = reading.name(key, "a service", like="sexual_health")
    reading.mention(key, Kind.PHRASE, PHRASES, f"service_{id}")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        it.need("fits")
        fits = tuple(_urgency(reading, item) for item in it.items("fits"))
        return Service(id, tuple(one for one in fits if one), frozenset(_page(reading, p) for p in it.items("pages")))


def _urgency(reading: Reading, node: Node) -> Urgency | None:
    """Read an urgency that a service can fit; report any other word and return None."""
    word = reading.raw(node, "what a service fits")
    if isinstance(node, Scalar) and word not in WORDS:
        message = f"a service cannot fit '{word}'" if word == "emergency" else f"no urgency is called '{word}'"
        reading.fault(node, "unknown-urgency", message, reading.guess(word, list(WORDS)))
    return WORDS.get(word)


def _page(reading: Reading, node: Node) -> str:
    """Read the name of a page and refer to it."""
    page = reading.raw(node, "a page")
    if page:
        reading.mention(node, Kind.PAGE, page_key(page))
    return page
