"""What a clinic prints: a poster and a sheet of pocket cards in each of its languages, and the QR code by itself."""

from argparse import Namespace
from dataclasses import dataclass

from bot.clinics import Clinic
from bot.library import Library
from bot.links import link
from bot.office import Unfit, bot_named, clinic_called, flow_called, folder_named, opened
from bot.office.linking import code
from bot.session import Session
from bot.voice import Voice

LACKING = "Posters need some more packages: pip install segno fpdf2 fontpkg-fira-sans"
POINTS = ("poster_not", "poster_clinic", "poster_kept", "poster_not_kept", "poster_telegram")


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that stands on a sheet, in one language."""

    voice: Voice
    address: str

    def __call__(self, phrase: str) -> str:
        return self.voice(phrase)

    @property
    def letters(self) -> str:
        """The address as somebody types it."""
        return self.address.removeprefix("https://")

    @property
    def points(self) -> list[str]:
        """What it is not, what the clinic is told, and what is kept, in that order."""
        what_it_is_not, not_told, *kept = map(self, POINTS)
        counted = [self("clinic_sees_numbers")] if self.voice.library.outside.counting else []
        draft = [self.draft] if self.draft else []
        return [*draft, what_it_is_not, " ".join((not_told, *counted)), *kept]

    @property
    def draft(self) -> str:
        """What is said while nobody has signed."""
        return self("poster_draft") if self.voice.draft else ""


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
