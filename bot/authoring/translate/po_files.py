"""Export translations to a PO file for translators' tools, and import it again; one entry for each text.

An entry's context says where the text belongs and its reference where the English stands; stale texts are fuzzy.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.authoring.localization.texts import LABEL
from bot.authoring.localization.translation_file import NEW, OLD, Made
from bot.authoring.localization.units import HEX, KEYED, Path, Unit, digest
from bot.authoring.translate.workspace import Refused, Workshop

BY_ITS_ENGLISH = re.compile(rf"(?P<file>[^:]+): (?P<part>{'|'.join(KEYED)})/(?P<mark>[0-9a-f]{{{HEX}}})")


def exported(shop: Workshop) -> str:
    """Return a PO file with all English texts and their translations."""
    catalog = Catalog(shop.language, project="Confidante", charset="utf-8", fuzzy=False)
    for file, wanted in shop.units():
        made = shop.of(file)
        former = made.former(wanted)
        for unit in wanted.values():
            if _offered(unit, made):
                _add(catalog, shop, file, unit, *_told(unit, made, former))
    written = io.BytesIO()
    write_po(written, catalog, width=0)
    return written.getvalue().decode()


def _offered(unit: Unit, made: Made) -> bool:
    """Whether *unit* is exported: an optional text only if it exists, or if the full text is too long for a button."""
    beside = made.texts.get((*unit.path[:-1], "text"), "")
    return not unit.spare or unit.path in made.texts or len(beside) > LABEL


def _told(unit: Unit, made: Made, former: Mapping[Path, Path]) -> tuple[str, bool]:
    """Return the translation of *unit* ("" if there is none), and whether it was made from older English."""
    state = made.state(unit)
    if state == NEW:
        old = former.get(unit.path)
        return (made.texts[old], True) if old else ("", False)
    return made.texts[unit.path], state == OLD


def _add(catalog: Catalog, shop: Workshop, file: str, unit: Unit, told: str, fuzzy: bool) -> None:
    """Add a PO entry for *unit* to *catalog*."""
    place = shop.place(file, unit)
    message = catalog.add(
        unit.source,
        told,
        locations=[(place.file, place.line)] if place else [],
        flags=["fuzzy"] if fuzzy else [],
        auto_comments=list(_remarks(unit)),
        context=context(file, unit.path),
    )
    if message:
        message.flags.discard("python-format")  # "%" in our texts is a percentage


def _remarks(unit: Unit) -> Iterator[str]:
    """Yield comments for the translator on *unit*."""
    if unit.heard:
        yield "Words that are listened for, one a line. Never shown. Yours need not be as many."
    if unit.spare and not unit.heard:
        yield "A shorter label for a button. Leave it empty where the text itself is short enough."
    if unit.most:
        yield f"At most {unit.most} characters."


def context(file: str, path: Path) -> str:
    """Return the context of a PO entry: the English file and the path of the text in it."""
    return f"{file}: {'/'.join(path)}"


# ---- import


def imported(shop: Workshop, data: bytes) -> None:
    """Take over the translations in a PO file; texts that it does not name stay as they are. Raises CommandError."""
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, LookupError, ValueError) as error:
        raise Refused("This is no PO file that can be read.") from error
    said = {str(message.context): message for message in catalog if message.id}
    if not any(name.partition(": ")[0] in shop.originals for name in said):
        raise Refused("This PO file holds no text of this bot.")
    for file, wanted in shop.units():
        shop.made[file] = _merged(shop.of(file), file, wanted, said)


def _merged(made: Made, file: str, wanted: Mapping[Path, Unit], said: Mapping[str, Message]) -> Made:
    """Return *translation* with the texts of *messages* that belong to *file* taken over."""
    texts, marks = dict(made.texts), dict(made.of)
    former = made.former(wanted)
    for name, message in said.items():
        if (found := BY_ITS_ENGLISH.fullmatch(name)) and found["file"] == file:
            _take_keyed(texts, former, (found["part"], found["mark"]), message)
    for path in wanted:
        if path[0] not in KEYED and (told := said.get(context(file, path))):
            _take(texts, marks, path, told)
    return replace(made, texts=texts, of=marks)


def _take(texts: dict[Path, str], marks: dict[Path, str], path: Path, message: Message) -> None:
    """Take over the translation of a text that is found by its path; an empty one deletes it."""
    if not message.string:
        texts.pop(path, None)
        return
    texts[path] = str(message.string)
    if not message.fuzzy:
        marks[path] = digest(str(message.id))


def _take_keyed(texts: dict[Path, str], former: Mapping[Path, Path], path: Path, message: Message) -> None:
    """Take over the translation of a text found by the digest of its English; fuzzy ones keep the old digest."""
    old = former.get(path)
    if message.fuzzy:
        if old:
            texts[old] = str(message.string)
        return
    if old:
        texts.pop(old, None)
    if message.string:
        texts[path] = str(message.string)
    else:
        texts.pop(path, None)
