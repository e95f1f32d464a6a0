"""The kinds of care that a clinic can list, and the endings that each fits: by how soon, and by what it is about."""

from bot.clinics import Service
from bot.reading.effects import page_key
from bot.reading.fields import Fields
from bot.reading.nodes import Node, Scalar
from bot.reading.phrases import PHRASES
from bot.reading.reading import Kind, Reading
from bot.urgency import Urgency

WORDS = {urgency.word: urgency for urgency in Urgency if urgency is not Urgency.EMERGENCY}


def read_services(reading: Reading) -> dict[str, Service]:
    with Fields(reading, reading.root(), "the list of services") as top:
        top.day("checked")
        with Fields(reading, top.need("services"), "'services'") as services:
            found = [_service(reading, key, value) for key, value in services.rest()]
    return {service.id: service for service in found}


def _service(reading: Reading, key: Scalar, value: Node) -> Service:
    """A service. What people call it is the phrase `service_…`, so that it can be translated like any other."""
    id = reading.name(key, "a service", like="sexual_health")
    reading.mention(key, Kind.PHRASE, PHRASES, f"service_{id}")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        it.need("fits")
        fits = tuple(_urgency(reading, item) for item in it.items("fits"))
        return Service(id, tuple(one for one in fits if one), frozenset(_page(reading, p) for p in it.items("pages")))


def _urgency(reading: Reading, node: Node) -> Urgency | None:
    word = reading.raw(node, "what a service fits")
    if isinstance(node, Scalar) and word not in WORDS:
        message = f"a service cannot fit '{word}'" if word == "emergency" else f"no urgency is called '{word}'"
        reading.fault(node, "unknown-urgency", message, reading.guess(word, list(WORDS)))
    return WORDS.get(word)


def _page(reading: Reading, node: Node) -> str:
    page = reading.raw(node, "a page")
    if page:
        reading.mention(node, Kind.PAGE, page_key(page))
    return page
