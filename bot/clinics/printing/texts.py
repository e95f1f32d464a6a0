"""The texts of a poster and of a pocket card, in one language."""

from dataclasses import dataclass

from bot.engine.presenters.texts import Texts

POSTER_ITEM_PHRASES = ("poster_not", "poster_clinic", "poster_kept", "poster_not_kept", "poster_telegram")


@dataclass(frozen=True, slots=True)
class PrintedTexts:
    """The texts of a clinic's printed pages, in one language; called with a phrase's id it returns that phrase."""

    source: Texts
    address: str

    def __call__(self, phrase: str) -> str:
        return self.source(phrase)

    @property
    def typed_address(self) -> str:
        """The address as a person types it."""
        return self.address.removeprefix("https://")

    @property
    def items(self) -> list[str]:
        """The items of the poster's list, in their order.

        What the bot is not, what the clinic is told, and what is stored; before them, that the content is not signed.
        """
        what_it_is_not, not_told, *stored = map(self, POSTER_ITEM_PHRASES)
        counted = [self("clinic_sees_numbers")] if self.source.bundle.environment.statistics_enabled else []
        draft_items = [self.draft_notice] if self.draft_notice else []
        return [*draft_items, what_it_is_not, " ".join((not_told, *counted)), *stored]

    @property
    def draft_notice(self) -> str:
        """The line that says that the content is not signed; empty if it is."""
        return self("poster_draft") if self.source.is_draft else ""
