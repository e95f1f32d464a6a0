"""Export translations to a PO file for translators' tools, and import it again; one entry for each text.

An entry's context says where the text belongs and its reference where the English stands; stale texts are fuzzy.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.authoring.localization.translation_file import STALE, UNTRANSLATED, TranslationFile
from bot.authoring.localization.units import DIGEST_KEYED_SECTIONS, DIGEST_LENGTH, TranslationUnit, UnitPath, digest
from bot.authoring.translate.workspace import TranslationWorkspace
from bot.model.text_limits import MAX_LABEL_LENGTH
from bot.operations.errors import CommandError

KEYED_CONTEXT = re.compile(
    rf"(?P<file>[^:]+): (?P<part>{'|'.join(DIGEST_KEYED_SECTIONS)})/(?P<mark>[0-9a-f]{{{DIGEST_LENGTH}}})"
)


def to_po(workspace: TranslationWorkspace) -> str:
    """Return a PO file with all English texts and their translations."""
    catalog = Catalog(workspace.language, project="Confidante", charset="utf-8", fuzzy=False)
    for file, units_by_path in workspace.units():
        translation = workspace.translation_of(file)
        former_paths = translation.former_paths(units_by_path)
        for unit in units_by_path.values():
            if _is_offered(unit, translation):
                _add_message(catalog, workspace, file, unit, *_current_translation(unit, translation, former_paths))
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0)
    return buffer.getvalue().decode()


def _is_offered(unit: TranslationUnit, translation: TranslationFile) -> bool:
    """Whether *unit* is exported: an optional text only if it exists, or if the full text is too long for a button."""
    full_text = translation.texts.get((*unit.path[:-1], "text"), "")
    return not unit.is_optional or unit.path in translation.texts or len(full_text) > MAX_LABEL_LENGTH


def _current_translation(
    unit: TranslationUnit, translation: TranslationFile, former_paths: Mapping[UnitPath, UnitPath]
) -> tuple[str, bool]:
    """Return the translation of *unit* ("" if there is none), and whether it was made from older English."""
    state = translation.status_of(unit)
    if state == UNTRANSLATED:
        old_path = former_paths.get(unit.path)
        return (translation.texts[old_path], True) if old_path else ("", False)
    return translation.texts[unit.path], state == STALE


def _add_message(
    catalog: Catalog, workspace: TranslationWorkspace, file: str, unit: TranslationUnit, translated: str, is_fuzzy: bool
) -> None:
    """Add a PO entry for *unit* to *catalog*."""
    location = workspace.location_of(file, unit)
    message = catalog.add(
        unit.source_text,
        translated,
        locations=[(location.file, location.line)] if location else [],
        flags=["fuzzy"] if is_fuzzy else [],
        auto_comments=list(_translator_comments(unit)),
        context=message_context(file, unit.path),
    )
    if message:
        message.flags.discard("python-format")  # "%" in our texts is a percentage


def _translator_comments(unit: TranslationUnit) -> Iterator[str]:
    """Yield comments for the translator on *unit*."""
    if unit.is_word_list:
        yield "Words that are listened for, one a line. Never shown. Yours need not be as many."
    if unit.is_optional and not unit.is_word_list:
        yield "A shorter label for a button. Leave it empty where the text itself is short enough."
    if unit.max_length:
        yield f"At most {unit.max_length} characters."


def message_context(file: str, path: UnitPath) -> str:
    """Return the context of a PO entry: the English file and the path of the text in it."""
    return f"{file}: {'/'.join(path)}"


# ---- import


def apply_po(workspace: TranslationWorkspace, data: bytes) -> None:
    """Take over the translations in a PO file; texts that it does not name stay as they are. Raises CommandError."""
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, LookupError, ValueError) as error:
        raise CommandError("This is no PO file that can be read.") from error
    messages = {str(message.context): message for message in catalog if message.id}
    if not any(name.partition(": ")[0] in workspace.originals for name in messages):
        raise CommandError("This PO file holds no text of this bot.")
    for file, units_by_path in workspace.units():
        workspace.translations[file] = _merge_messages(workspace.translation_of(file), file, units_by_path, messages)


def _merge_messages(
    translation: TranslationFile,
    file: str,
    units_by_path: Mapping[UnitPath, TranslationUnit],
    messages: Mapping[str, Message],
) -> TranslationFile:
    """Return *translation* with the texts of *messages* that belong to *file* taken over."""
    texts, digests = dict(translation.texts), dict(translation.source_digests)
    former_paths = translation.former_paths(units_by_path)
    for name, message in messages.items():
        if (keyed := KEYED_CONTEXT.fullmatch(name)) and keyed["file"] == file:
            _merge_by_digest(texts, former_paths, (keyed["part"], keyed["mark"]), message)
    for path in units_by_path:
        if path[0] not in DIGEST_KEYED_SECTIONS and (found_message := messages.get(message_context(file, path))):
            _merge_by_path(texts, digests, path, found_message)
    return replace(translation, texts=texts, source_digests=digests)


def _merge_by_path(texts: dict[UnitPath, str], digests: dict[UnitPath, str], path: UnitPath, message: Message) -> None:
    """Take over the translation of a text that is found by its path; an empty one deletes it."""
    if not message.string:
        texts.pop(path, None)
        return
    texts[path] = str(message.string)
    if not message.fuzzy:
        digests[path] = digest(str(message.id))


def _merge_by_digest(
    texts: dict[UnitPath, str], former_paths: Mapping[UnitPath, UnitPath], path: UnitPath, message: Message
) -> None:
    """Take over the translation of a text found by the digest of its English; fuzzy ones keep the old digest."""
    old_path = former_paths.get(path)
    if message.fuzzy:
        if old_path:
            texts[old_path] = str(message.string)
        return
    if old_path:
        texts.pop(old_path, None)
    if message.string:
        texts[path] = str(message.string)
    else:
        texts.pop(path, None)
