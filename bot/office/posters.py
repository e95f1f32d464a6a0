"""What a clinic prints: a poster and a sheet of pocket cards in each of its languages, and the QR code by itself."""

from argparse import Namespace

from bot.clinics import Clinic
from bot.library import Library
from bot.links import link
from bot.office import Unfit, bot_named, clinic_called, flow_called, folder_named, opened
from bot.office.linking import code
from bot.office.words import Words
from bot.session import Session
from bot.voice import Voice

LACKING = "Posters need some more packages: pip install segno fpdf2 fontpkg-fira-sans"


def poster(options: Namespace) -> None:
    try:
        from bot.office import codes, sheets
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
    return Words(Voice(library, Session(language=language, clinic=clinic.id)), address)
