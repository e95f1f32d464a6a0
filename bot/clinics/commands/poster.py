"""The command `clinic poster`: a poster and a page of pocket cards in each of a clinic's languages, and the QR code."""

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.clinics.commands.link import link_payload
from bot.clinics.commands.lookup import bot_name, checked_flow, find_clinic, load_bundle_and_registry, make_folder
from bot.clinics.printing.texts import PrintedTexts
from bot.engine.deep_links import deep_link
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic
from bot.operations.errors import CommandError
from bot.operations.output_file import output_file

MISSING_PACKAGES_MESSAGE = "Posters need some more packages: pip install segno fpdf2 fontpkg-fira-sans"


def write_posters(options: Namespace) -> None:
    """Write the QR code, posters and cards of one clinic to a folder, and print the names of the files."""
    try:
        from bot.authoring.documents import qr_code
        from bot.clinics.printing import layouts
    except ModuleNotFoundError:
        raise CommandError(MISSING_PACKAGES_MESSAGE) from None
    bundle, registry = load_bundle_and_registry()
    clinic = find_clinic(registry, options.id)
    flow = checked_flow(bundle, clinic, options.flow)
    address = deep_link(bot_name(options, registry), link_payload(clinic, flow))
    folder = make_folder(options.to)
    name = f"{clinic.id}-{flow}" if flow else clinic.id
    writers: dict[str, Callable[[Path], None]] = {
        f"qr-{name}.png": partial(qr_code.write_png, address),
        f"qr-{name}.svg": partial(qr_code.write_svg, address),
    }
    for language in clinic.languages:
        texts = printed_texts(bundle, clinic, language, address)
        writers[f"poster-{name}-{language}.pdf"] = partial(layouts.draw_poster, texts)
        writers[f"cards-{name}-{language}.pdf"] = partial(layouts.draw_cards, texts)
    for file_name, write in writers.items():
        try:
            with output_file(folder / file_name) as temporary:
                write(temporary)
        except OSError as error:
            raise CommandError(f"{folder / file_name} cannot be written: {error.strerror}.") from None
    print("\n".join(str(folder / file_name) for file_name in writers))


def printed_texts(bundle: ContentBundle, clinic: Clinic, language: str, address: str) -> PrintedTexts:
    """Return the texts of a clinic's printed pages in *language*; *address* is the link they show."""
    return PrintedTexts(Texts(bundle, Session(language=language, clinic=clinic.id)), address)
