"""The command `clinic poster`: a poster and a page of pocket cards in each of a clinic's languages, and the QR code."""

from argparse import Namespace

from bot.clinics.command import Unfit, bot_named, clinic_called, flow_called, folder_named, opened
from bot.clinics.commands.link import code
from bot.clinics.printing.texts import Words
from bot.engine.deep_links import link
from bot.engine.presenters.texts import Voice
from bot.engine.session import Session
from bot.model.bundle import Library
from bot.model.clinic import Clinic

LACKING = "Posters need some more packages: pip install segno fpdf2 fontpkg-fira-sans"


def poster(options: Namespace) -> None:
    """Write the QR code, posters and cards of one clinic to a folder, and print the names of the files."""
    try:
        from bot.authoring.documents import qr_code as codes
        from bot.clinics.printing import layouts as sheets
    except ModuleNotFoundError:
        raise Unfit(LACKING) from None
    library, registry = opened()
    clinic = clinic_called(registry, options.id)
    flow = flow_called(library, clinic, options.flow)
    address = link(bot_named(options, registry), code(clinic, flow))
    folder = folder_named(options.to)
    name = f"{clinic.id}-{flow}" if flow else clinic.id
    codes.write_png(address, folder / f"qr-{name}.png")
    codes.write_svg(address, folder / f"qr-{name}.svg")
    made = [folder / f"qr-{name}.png", folder / f"qr-{name}.svg"]
    for language in clinic.languages:
        words = words_for(library, clinic, language, address)
        for kind, draw in (("poster", sheets.poster), ("cards", sheets.cards)):
            made.append(folder / f"{kind}-{name}-{language}.pdf")
            draw(words, made[-1])
    print("\n".join(map(str, made)))


def words_for(library: Library, clinic: Clinic, language: str, address: str) -> Words:
    """Return the texts of a clinic's printed pages in *language*; *address* is the link they show."""
    return Words(Voice(library, Session(language=language, clinic=clinic.id)), address)
