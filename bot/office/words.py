"""What a poster and a pocket card say, in one language."""

from dataclasses import dataclass

from bot.voice import Voice

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
