"""The layout of a poster and of a page of pocket cards: calm, black on white, readable from two steps away."""

from pathlib import Path

from bot.authoring.documents.pdf_page import A4_HEIGHT_MM, A4_WIDTH_MM, PdfPage
from bot.clinics.printing.texts import PrintedTexts
from bot.operations.errors import CommandError

MARGIN_MM = 18.0
COLUMN_WIDTH_MM = A4_WIDTH_MM - 2 * MARGIN_MM
CODE_AND_LETTER_SIZES = (
    (92, 13.0),
    (92, 12.0),
    (84, 12.0),
    (84, 11.0),
    (74, 11.0),
    (74, 10.0),
)  # code in mm, letters in points
BULLET_INDENT_MM, ITEM_GAP_MM = 5.0, 1.2  # millimetres before and below an item of the list
CARD_WIDTH_MM, CARD_HEIGHT_MM, CARDS_ACROSS, CARDS_DOWN = 85.0, 54.0, 2, 5  # a bank card's size: it fits behind one
CARD_CODE_MM = 34.0


def draw_poster(texts: PrintedTexts, file: Path) -> None:
    """Draw one A4 poster into *file*.

    Where a language takes more space, the code and the small letters shrink, and no text is left out.
    """
    with PdfPage(texts("poster_title"), texts.source.session.language) as paper:
        y = paper.draw_text(MARGIN_MM, 20, COLUMN_WIDTH_MM, texts("poster_title"), 34, bold=True) + 3
        y = paper.draw_text(MARGIN_MM, y, COLUMN_WIDTH_MM, texts("poster_what"), 17) + 1
        code_width, letter_size = _fitting_sizes(paper, texts, _draw_footer(paper, texts) - y)
        paper.draw_qr_code((A4_WIDTH_MM - code_width) / 2, y, code_width, texts.address)
        y = paper.draw_text(MARGIN_MM, y + code_width - 2, COLUMN_WIDTH_MM, texts("poster_scan"), 15, align="C") + 3
        y = paper.draw_text(MARGIN_MM, y, COLUMN_WIDTH_MM, texts("poster_letters"), 13, align="C")
        size = paper.fitting_font_size(COLUMN_WIDTH_MM, texts.typed_address, 18, bold=True)
        y = paper.draw_text(MARGIN_MM, y, COLUMN_WIDTH_MM, texts.typed_address, size, bold=True, align="C") + 5
        for item in texts.items:
            bold = item == texts.draft_notice
            paper.draw_text(MARGIN_MM, y, BULLET_INDENT_MM, "•", letter_size)
            y = (
                paper.draw_text(
                    MARGIN_MM + BULLET_INDENT_MM, y, COLUMN_WIDTH_MM - BULLET_INDENT_MM, item, letter_size, bold
                )
                + ITEM_GAP_MM
            )
        paper.save(file)


def _fitting_sizes(paper: PdfPage, texts: PrintedTexts, available_height: float) -> tuple[float, float]:
    """Return the size of the code and of the small letters that fit in so many millimetres; CommandError if none do."""
    lines = paper.text_height(COLUMN_WIDTH_MM, texts("poster_scan"), 15) + paper.text_height(
        COLUMN_WIDTH_MM, texts("poster_letters"), 13
    )
    remaining_height = (
        available_height - lines - paper.text_height(COLUMN_WIDTH_MM, texts.typed_address, 18, bold=True) - 6
    )
    for code_width, letter_size in CODE_AND_LETTER_SIZES:
        items_height = sum(
            paper.text_height(COLUMN_WIDTH_MM - BULLET_INDENT_MM, item, letter_size, item == texts.draft_notice)
            + ITEM_GAP_MM
            for item in texts.items
        )
        if code_width + items_height <= remaining_height:
            return code_width, letter_size
    raise CommandError("The words of this language do not fit on the poster. Make its phrases shorter.")


def _draw_footer(paper: PdfPage, texts: PrintedTexts) -> float:
    """Draw the emergency number in a frame, and the clinic below it; return the height at which it begins."""
    frame_height = paper.text_height(COLUMN_WIDTH_MM - 10, texts("poster_emergency"), 19, bold=True) + 7
    y = A4_HEIGHT_MM - MARGIN_MM - frame_height - 8
    paper.draw_frame(MARGIN_MM, y, COLUMN_WIDTH_MM, frame_height)
    paper.draw_text(MARGIN_MM + 5, y + 3.5, COLUMN_WIDTH_MM - 10, texts("poster_emergency"), 19, bold=True, align="C")
    paper.draw_text(MARGIN_MM, y + frame_height + 2, COLUMN_WIDTH_MM, texts("poster_from"), 11, align="C")
    return y - 3


def draw_cards(texts: PrintedTexts, file: Path) -> None:
    """Draw ten cards on one A4 page into *file*, to be cut along the dashes.

    Nothing on them says what they are about.
    """
    left, top = (A4_WIDTH_MM - CARDS_ACROSS * CARD_WIDTH_MM) / 2, (A4_HEIGHT_MM - CARDS_DOWN * CARD_HEIGHT_MM) / 2
    with PdfPage(texts("card_title"), texts.source.session.language) as paper:
        for number in range(CARDS_ACROSS * CARDS_DOWN):
            down, across = divmod(number, CARDS_ACROSS)
            _draw_card(paper, texts, left + across * CARD_WIDTH_MM, top + down * CARD_HEIGHT_MM)
        for line_number in range(CARDS_ACROSS + 1):
            paper.draw_cut_line(
                left + line_number * CARD_WIDTH_MM, top, left + line_number * CARD_WIDTH_MM, A4_HEIGHT_MM - top
            )
        for line_number in range(CARDS_DOWN + 1):
            paper.draw_cut_line(
                left, top + line_number * CARD_HEIGHT_MM, A4_WIDTH_MM - left, top + line_number * CARD_HEIGHT_MM
            )
        paper.save(file)


def _draw_card(paper: PdfPage, texts: PrintedTexts, x: float, y: float) -> None:
    """Draw one card with its upper left corner at *x*, *y*."""
    paper.draw_qr_code(x + CARD_WIDTH_MM - CARD_CODE_MM - 2, y + 4, CARD_CODE_MM, texts.address)
    column = CARD_WIDTH_MM - CARD_CODE_MM - 8
    below = paper.draw_text(x + 5, y + 7, column, texts("card_title"), 13, bold=True) + 1.5
    paper.draw_text(x + 5, below, column, texts("card_what"), 9.5)
    for line, height_above_edge in ((texts.typed_address, 15.0), (texts("poster_emergency"), 9.5)):
        size = paper.fitting_font_size(CARD_WIDTH_MM - 10, line, 8.5)
        paper.draw_text(x + 5, y + CARD_HEIGHT_MM - height_above_edge, CARD_WIDTH_MM - 10, line, size)
