"""Reader of the kinds of care that a clinic can list, and the outcomes that each fits, by urgency and by page."""

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.phrases import PHRASES_FILE
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.clinic import ClinicService
from bot.model.urgency import Urgency

SERVICE_URGENCIES = {urgency.slug: urgency for urgency in Urgency if urgency is not Urgency.EMERGENCY}


def read_services(context: ParseContext) -> dict[str, ClinicService]:
    """Read the list of services and return them by id."""
    with TableReader(context, context.parse_root(), "the list of services") as top:
        top.read_date("checked")
        with TableReader(context, top.require("services"), "'services'") as services:
            found = [_read_service(context, key, value) for key, value in services.take_remaining()]
    return {service.id: service for service in found}


def _read_service(context: ParseContext, key: YamlScalar, value: YamlNode) -> ClinicService:
    """Read one service; its name for people is the phrase `service_…`, so that it is translated like any other."""
    id = context.read_name(key, "a service", example="sexual_health")
    context.refer(key, NameKind.PHRASE, PHRASES_FILE, f"service_{id}")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        table.require("fits")
        fits = tuple(_read_urgency(context, item) for item in table.read_items("fits"))
        return ClinicService(
            id,
            tuple(fitting for fitting in fits if fitting),
            frozenset(_read_page_name(context, page_node) for page_node in table.read_items("pages")),
        )


def _read_urgency(context: ParseContext, node: YamlNode) -> Urgency | None:
    """Read an urgency that a service can fit; report any other word and return None."""
    word = context.read_raw(node, "what a service fits")
    if isinstance(node, YamlScalar) and word not in SERVICE_URGENCIES:
        message = f"a service cannot fit '{word}'" if word == "emergency" else f"no urgency is called '{word}'"
        context.report(node, "unknown-urgency", message, context.suggest(word, list(SERVICE_URGENCIES)))
    return SERVICE_URGENCIES.get(word)


def _read_page_name(context: ParseContext, node: YamlNode) -> str:
    """Read the name of a page and refer to it."""
    page = context.read_raw(node, "a page")
    if page:
        context.refer(node, NameKind.PAGE, page_key(page))
    return page
