"""The texts of a poster and of a pocket card, in one language."""

from dataclasses import dataclass

from bot.engine.presenters.texts import Voice

POINTS = ("poster_not", "poster_clinic", "poster_kept", "poster_not_kept", "poster_telegram")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a clinic's printed pages, in one language; called with a phrase's id it returns that phrase."""

    voice: Voice
    address: str

    def __call__(self, phrase: str) -> str:
        return self.voice(phrase)

    @property
    def letters(self) -> str:
        """The address as a person types it."""
        return self.address.removeprefix("https://")

    @property
    def points(self) -> list[str]:
        """The items of the poster's list, in their order.

        What the bot is not, what the clinic is told, and what is stored; before them, that the content is not signed.
        """
        what_it_is_not, not_told, *kept = map(self, POINTS)
        counted = [self("clinic_sees_numbers")] if self.voice.library.outside.counting else []
        draft = [self.draft] if self.draft else []
        return [*draft, what_it_is_not, " ".join((not_told, *counted)), *kept]

    @property
    def draft(self) -> str:
        """The line that says that the content is not signed; empty if it is."""
        return self("poster_draft") if self.voice.draft else ""
