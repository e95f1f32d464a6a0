"""A language that nobody speaks: read from right to left, forty in a hundred longer, and without one letter of English.

It is made in memory from every text there is, as the files that translators write, and read by the real reader.
"""

from pathlib import Path
from string import ascii_letters

from bot.authoring.loader import BundleBuilder, content_root, load_bundle
from bot.authoring.localization.translation_file import TranslationFile
from bot.authoring.localization.traversal import collect_units
from bot.authoring.localization.units import DIGEST_KEYED_SECTIONS, LINE_PREFIXES, TranslationUnit
from bot.authoring.parsing.content_folder import ContentFolder
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.translate.writer import render_translation
from bot.authoring.translation_loader import translation_path
from bot.model.bundle import ContentBundle
from bot.model.signoff import with_signoffs
from bot.model.text_limits import MAX_LABEL_LENGTH

CODE, NAME = "qaa", "\u05e2\u05d5\u05dc\u05dd"  # kept free by the standard for such as this; a name in Hebrew letters
LETTERS = "".join(map(chr, [*range(0x05D0, 0x05EB), *range(0x0621, 0x063B)]))[: len(ascii_letters)]
TURNED = str.maketrans(ascii_letters, LETTERS.ljust(len(ascii_letters), LETTERS[-1]))
LONGER = 1.4


def turned(text: str, most: int = 0) -> str:
    """*text* with each letter turned into another script's, and longer as far as there is room. No fact is lost."""
    parts, words = [], text
    while words:
        before, brace, rest = words.partition("{")
        name, end, words = rest.partition("}")
        parts += [before.translate(TURNED), brace + name + end]
    said = "".join(parts)
    room = int(len(text) * LONGER) - len(said)
    return _longer(said, min(room, most - len(said)) if most else room)


def _longer(text: str, room: int) -> str:
    """More of the same script at the end of its first line, so that no list gets another item."""
    first, *rest = text.split("\n")
    tail = ("\u05d0\u05d1\u05d2 " * room)[: max(0, room - 1)].strip()
    return "\n".join((f"{first} {tail}" if tail else first, *rest))


def told(unit: TranslationUnit) -> str:
    if unit.is_word_list:
        return "\n".join(dict.fromkeys(turned(word, len(word)) for word in unit.text.split("\n")))
    shape = next((shape for shape in LINE_PREFIXES if unit.source_text.startswith(shape)), "")
    text = unit.source_text.removeprefix(shape)
    return shape + turned(text, unit.max_length or MAX_LABEL_LENGTH * _may_be_a_label(unit))


def _may_be_a_label(unit: TranslationUnit) -> bool:
    """Whether a phrase or a country may stand on a button: a few words that are no sentence."""
    return unit.path[0] in ("texts", "countries") and len(unit.text) <= MAX_LABEL_LENGTH and unit.text[-1:].isalpha()


def made(thing: object) -> TranslationFile:
    """All of *thing* in the language. What gets too long for a button has a label beside it, as translators do."""
    wanted = {path: unit for path, unit in collect_units(thing).items() if not (unit.is_optional and unit.is_word_list)}
    texts = {path: told(unit) for path, unit in wanted.items() if not unit.is_optional}
    for path, unit in wanted.items():
        if unit.is_optional and len(told(TranslationUnit(path, unit.related_text))) > MAX_LABEL_LENGTH:
            texts[path] = turned(unit.related_text)[:MAX_LABEL_LENGTH].strip()
    return TranslationFile(
        texts, {path: wanted[path].source_digest for path in texts if path[0] not in DIGEST_KEYED_SECTIONS}
    )


def files(root: Path) -> dict[str, bytes]:
    """The home at *root* with every file of the language besides, and of no other."""
    here = {
        file: data for file, data in ContentFolder(root).files.items() if file.count("/") == 1
    }  # no other translation
    originals = BundleBuilder(decode_source_file(file, data) for file, data in here.items()).translatable_content()
    here["content/languages.yaml"] = (
        f"languages:\n  en: {{name: English, status: shipped}}\n  {CODE}: {{name: {NAME}, status: shipped}}\n"
    ).encode()
    for file, thing in originals.items():
        if collect_units(thing):
            here[translation_path(CODE, file)] = render_translation(thing, CODE, made(thing)).encode()
    return here


def library(root: Path | None = None) -> ContentBundle:
    """The library at *root* in both languages. The reader must find nothing wrong, and nothing missing."""
    root = root or content_root()
    shelf = BundleBuilder(decode_source_file(file, data) for file, data in files(root).items())
    problems = shelf.collect_diagnostics()
    assert not problems, "\n\n".join(map(str, problems[:5]))
    return with_signoffs(shelf.build(load_bundle(root)[0].version), "")
