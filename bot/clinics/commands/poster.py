"""The command `clinic poster`: a poster and a page of pocket cards in each of a clinic's languages, and the QR code."""

from argparse import Namespace

from bot.clinics.commands.link import link_payload
from bot.clinics.commands.lookup import bot_name, checked_flow, find_clinic, load_bundle_and_registry, make_folder
from bot.clinics.printing.texts import PrintedTexts
from bot.engine.deep_links import deep_link
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic
from bot.operations.errors import CommandError

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
    qr_code.write_png(address, folder / f"qr-{name}.png")
    qr_code.write_svg(address, folder / f"qr-{name}.svg")
    files = [folder / f"qr-{name}.png", folder / f"qr-{name}.svg"]
    for language in clinic.languages:
        texts = printed_texts(bundle, clinic, language, address)
        for kind, draw in (("poster", layouts.draw_poster), ("cards", layouts.draw_cards)):
            files.append(folder / f"{kind}-{name}-{language}.pdf")
            draw(texts, files[-1])
    print("\n".join(map(str, files)))


def printed_texts(bundle: ContentBundle, clinic: Clinic, language: str, address: str) -> PrintedTexts:
    """Return the texts of a clinic's printed pages in *language*; *address* is the link they show."""
    return PrintedTexts(Texts(bundle, Session(language=language, clinic=clinic.id)), address)
