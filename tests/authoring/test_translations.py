"""What translators are promised: nothing is lost on any way, nothing stale is shown, and no text can bring an arrow."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.authoring.loader import load_bundle, load_single_flow
from bot.authoring.localization.traversal import collect_units, translate
from bot.authoring.localization.units import digest, extract_facts, match_changed
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.translations import TranslationReader
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.translate.workspace import TranslationWorkspace
from bot.authoring.translate.writer import render_translation
from bot.authoring.translate.yaml_writer import render_text as as_yaml
from bot.model.bundle import BASE_LANGUAGE
from bot.model.diagnostics import DiagnosticsError
from tests.support import pseudo_language as pseudo
from tests.support.paths import DATA, ROOT

EXAMPLES = ("title: A sore throat", "title: Dolor de garganta")
GOOD = DATA / "diagnostics" / "good"
LANG = "es"
FLOW, PAGE, PHRASES = "flows/es/good.yaml", "content/es/good_page.md", "content/es/phrases.yaml"


def tool(home: Path, *words: str) -> int:
    what, *rest = words
    return main(["translate", what, LANG, *rest, "--home", str(home)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small home with an empty Spanish."""
    home = shutil.copytree(GOOD, tmp_path / "home")
    assert tool(home, "new", "--name", "Español") == 0
    return home


@pytest.fixture
def spanish(home: Path) -> Path:
    """The same with every text, in words that are easy to know again."""
    shop = TranslationWorkspace(home, LANG)
    for file, thing in shop.originals.items():
        shop.translations[file] = pseudo.made(thing)
    shop.write()
    assert shop.diagnostics() == [] or TranslationWorkspace(home, LANG).diagnostics() == []
    return home


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, text
    file.write_text(text.replace(old, new))


def all_bytes(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def drafted(home: Path):  # type: ignore[no-untyped-def]
    return load_bundle(home, include_drafts=True)[0]


def lacks(home: Path) -> dict[str, list[str]]:
    """What a draft still says in English: the quoted lines by their slug."""
    found: dict[str, list[str]] = {}
    for problem in drafted(home).translation_gaps:
        found.setdefault(problem.code, []).append(problem.location.source_line.strip())
    return found


# ---- the skeleton


def test_a_skeleton_holds_every_text_as_a_comment_and_changes_nothing(home: Path) -> None:
    library = drafted(home)
    assert [language.name for language in library.languages.values()] == ["English", "Español"]
    assert library.flow("good", LANG).states == library.flow("good").states
    said = "".join(data.decode() for file, data in all_bytes(home).items() if "/es/" in file)
    for thing in TranslationWorkspace(home, LANG).originals.values():
        for unit in collect_units(thing).values():
            assert all(line in said for line in unit.source_text.split("\n") if line != '"yes"')


def test_a_text_is_translated_by_taking_its_comment_away(home: Path) -> None:
    edit(home / FLOW, "# states:", "states:")
    edit(home / FLOW, "# faint:", "faint:")
    edit(home / FLOW, "# ask: Do you feel faint?", "ask: ¿Se siente débil?")
    edit(home / PAGE, "<!-- It settles after some days. -->", "Se calma tras unos días.")
    library = drafted(home)
    assert library.flow("good", LANG).states["faint"].ask == "¿Se siente débil?"
    assert library.flow("good", LANG).states["faint"].why == "It decides how soon you need help."
    assert library.page("good_page", LANG).text.split("\n")[2] == "Se calma tras unos días."
    assert library.page("good_page", LANG).text.split("\n")[0] == "Some people bleed. Many do not."


def test_made_again_nothing_is_lost(spanish: Path) -> None:
    before = all_bytes(spanish)
    assert tool(spanish, "new") == 0
    assert all_bytes(spanish) == before


def test_a_draft_is_for_those_who_ask(spanish: Path) -> None:
    assert [*load_bundle(spanish)[0].languages] == [BASE_LANGUAGE]
    assert LANG not in load_bundle(spanish)[0].phrases
    edit(spanish / "content" / "languages.yaml", "draft", "shipped")
    assert [*load_bundle(spanish)[0].languages] == [BASE_LANGUAGE, LANG]


@pytest.mark.parametrize("words", [("xx1",), ("EN",), ("en",), ("es/..",), ("..",)])
def test_a_language_has_a_code(words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = all_bytes(home)
    assert main(["translate", "new", *words, "--name", "X", "--home", str(home)]) == 2
    assert "code" in capsys.readouterr().err
    assert all_bytes(home) == before


# ---- English goes on


def in_english(home: Path) -> None:
    """An author changes a question, an advice and a fact, and adds another one."""
    edit(home / "flows" / "good.yaml", "ask: Do you feel faint?", "ask: Do you feel faint or weak?")
    edit(home / "flows" / "good.yaml", "advise: Write down when it bleeds.", "advise: Note when it bleeds.")
    edit(home / "content" / "good_page.md", "Some people bleed. Many do not.", "Some people bleed a little.")
    edit(
        home / "content" / "good_page.md",
        "It settles after some days.",
        "More is written here. [GK]\n\nIt settles now.",
    )


def test_what_was_made_from_older_words_is_told_where_it_stands_and_not_shown(spanish: Path) -> None:
    before = drafted(spanish)
    in_english(spanish)
    after = drafted(spanish)
    assert len(lacks(spanish)["stale"]) == 4
    assert len(lacks(spanish)["untranslated"]) == 1
    for problem in after.translation_gaps:
        assert "/es/" in problem.location.file
    assert after.flow("good", LANG).states["faint"].ask == "Do you feel faint or weak?"
    assert after.flow("good", LANG).states["faint"].why == before.flow("good", LANG).states["faint"].why
    assert after.flow("good", LANG).rules[1].effect.advise == "Note when it bleeds."
    lines = after.page("good_page", LANG).text.split("\n")
    assert lines[:5] == ["Some people bleed a little.", "", "More is written here.", "", "It settles now."]
    assert lines[5:] == before.page("good_page", LANG).text.split("\n")[3:]


def test_a_language_that_ships_is_refused_with_it(spanish: Path) -> None:
    edit(spanish / "content" / "languages.yaml", "draft", "shipped")
    assert load_bundle(spanish)[0].translation_gaps == ()
    in_english(spanish)
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(spanish)
    assert sorted({problem.code for problem in refused.value.diagnostics}) == ["stale", "untranslated"]


def test_the_files_say_what_the_english_is_now_and_keep_the_old_words(spanish: Path) -> None:
    old = (spanish / FLOW).read_text()
    in_english(spanish)
    assert tool(spanish, "new") == 1
    new = (spanish / FLOW).read_text()
    assert [line for line in new.split("\n") if line not in old.split("\n")] == [
        "  # The English is now: Note when it bleeds.",
        "    # The English is now: Do you feel faint or weak?",
    ]
    assert "<!-- now: Some people bleed a little. -->\n" in (spanish / PAGE).read_text()
    assert len(lacks(spanish)["stale"]) == 4, "writing it anew does not make it true"


def test_a_translator_says_that_it_is_right(spanish: Path) -> None:
    in_english(spanish)
    tool(spanish, "new")
    assert tool(spanish, "accept", FLOW) == 1
    assert {problem.location.file for problem in drafted(spanish).translation_gaps} == {PAGE}
    assert tool(spanish, "accept") == 2, "nobody compares everything at once"
    assert tool(spanish, "accept", PAGE) == 0
    assert lacks(spanish) == {"untranslated": ["<!-- It settles now. -->"]}


def test_an_author_who_takes_a_text_away_is_told_where_else_it_stands(spanish: Path) -> None:
    edit(
        spanish / "flows" / "good.yaml",
        "    safety_net: Call {emergency_number} if it gets worse.\n",
        "    safety_net: x\n",
    )
    edit(spanish / "flows" / "good.yaml", "say: Please sit down., ", "")
    with pytest.raises(DiagnosticsError, match=r"flows/es/good.yaml:\d+:\d+: 'yes' has no 'say'  \[unknown-key\]"):
        load_bundle(spanish)


# ---- to their own tools and back


def po(home: Path) -> Path:
    path = home.parent / "out.po"
    assert tool(home, "export", "--out", str(path)) == 0
    return path


def change_po(path: Path, change: Callable[[object], None]) -> None:
    with path.open("rb") as opened:
        catalog = read_po(opened)
    for message in catalog:
        change(message)
    with path.open("wb") as opened:
        write_po(opened, catalog)  # folded, as other tools do


@pytest.mark.parametrize("english", [lambda home: None, in_english], ids=["fresh", "stale"])
def test_out_and_back_is_the_same_to_the_byte(spanish: Path, english: Callable[[Path], None]) -> None:
    english(spanish)
    tool(spanish, "new")
    before = all_bytes(spanish)
    path = po(spanish)
    change_po(path, lambda _: None)
    tool(spanish, "import", str(path))
    assert all_bytes(spanish) == before


def test_out_and_back_from_nothing_is_the_same_to_the_byte(home: Path) -> None:
    before = all_bytes(home)
    assert tool(home, "import", str(po(home))) == 0
    assert all_bytes(home) == before


def test_an_entry_says_where_it_belongs_and_where_the_english_stands(spanish: Path) -> None:
    in_english(spanish)
    with po(spanish).open("rb") as opened:
        said = {message.context: message for message in read_po(opened)}
    asked = said["flows/good.yaml: states/faint/ask"]
    lines = (spanish / "flows" / "good.yaml").read_text().split("\n")
    assert asked.id == "Do you feel faint or weak?"
    assert asked.fuzzy
    assert "Do you feel faint or weak?" in lines[asked.locations[0][1] - 1]
    assert not said["flows/good.yaml: states/faint/why"].fuzzy
    for message in said.values():
        for file, line in message.locations:
            assert message.id.split("\n")[0][:20] in (spanish / file).read_text().split("\n", line - 1)[-1]


def test_what_translators_write_arrives(home: Path) -> None:
    path = po(home)

    def translate(message) -> None:  # type: ignore[no-untyped-def]
        if message.id == "Do you feel faint?":
            message.string = "¿Se siente débil?"
        if message.id == "It settles after some days.":
            message.string = "Se calma tras unos días."
        if message.id == "unsure\nno idea":
            message.string = "no sé\nni idea\nquién sabe"

    change_po(path, translate)
    assert tool(home, "import", str(path)) == 0
    library = drafted(home)
    assert library.flow("good", LANG).states["faint"].ask == "¿Se siente débil?"
    assert library.page("good_page", LANG).text.split("\n")[2] == "Se calma tras unos días."
    assert library.phrases[LANG].words["not_sure"] == ("no sé", "ni idea", "quién sabe")


def test_english_that_changed_while_it_was_away_makes_it_stale(spanish: Path) -> None:
    path = po(spanish)
    in_english(spanish)
    tool(spanish, "import", str(path))
    assert len(lacks(spanish)["stale"]) == 4


def test_what_lost_its_mark_of_doubt_counts_as_made_from_the_words_beside_it(spanish: Path) -> None:
    in_english(spanish)
    path = po(spanish)
    change_po(path, lambda message: message.flags.discard("fuzzy"))  # type: ignore[attr-defined]
    assert tool(spanish, "import", str(path)) == 0
    assert [*lacks(spanish)] == ["untranslated"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"msgid", b"not one at all", b'msgid "a\nmsgstr "b"'])
def test_a_file_that_is_no_po_changes_nothing(spanish: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    before = all_bytes(spanish)
    path = spanish.parent / "bad.po"
    path.write_bytes(data)
    assert tool(spanish, "import", str(path)) == 2
    assert len(capsys.readouterr().err.strip().split("\n")) == 1
    assert all_bytes(spanish) == before


def test_a_translation_with_another_number_arrives_and_is_refused(
    spanish: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = po(spanish)

    def hurry(message) -> None:  # type: ignore[no-untyped-def]
        if message.id == "Please be seen within 14 days.":
            message.string = "Acuda en 41 días."

    change_po(path, hurry)
    assert tool(spanish, "import", str(path)) == 1
    assert "41, not 14" in capsys.readouterr().err
    with pytest.raises(DiagnosticsError, match="differs"):
        load_bundle(spanish)


# ---- a translation is texts and nothing else


@pytest.mark.parametrize(
    ("file", "line", "slug"),
    [
        (FLOW, "start: faint", "unknown-key"),
        (FLOW, "version: 2", "unknown-key"),
        ("flows/es/other.yaml", "    goto: back", "unknown-key"),
        ("flows/es/other.yaml", "  mine: {ask: Otra cosa}", "unknown-key"),
        (FLOW, "language: fr", "language"),
        (FLOW, "flow: other", "name"),
        (PHRASES, "  other: [sí]", "unknown-key"),
        ("content/es/numbers.yaml", "places: {}", "stray"),
        ("content/fr/phrases.yaml", "language: fr", "language"),
        ("flows/es/red_flags.yaml", "red_flags: {}", "stray"),
    ],
)
def test_nothing_but_texts_gets_in(spanish: Path, file: str, line: str, slug: str) -> None:
    path = spanish / file
    path.parent.mkdir(exist_ok=True)
    text = path.read_text() if path.exists() else ""
    key = line.split(":")[0]
    kept = [one for one in text.split("\n") if key.startswith(" ") or not one.startswith(f"{key}:")]
    at = next((i for i, one in enumerate(kept) if one.startswith("made_from")), 0)
    path.write_text("\n".join([*kept[:at], line, *kept[at:]]))
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(spanish)
    assert slug in {problem.code for problem in refused.value.diagnostics}
    assert {problem.location.file for problem in refused.value.diagnostics} == {file}


def test_a_copy_of_an_option_cannot_lead_anywhere(spanish: Path) -> None:
    edit(spanish / "flows" / "es" / "good.yaml", "        button: ", "        goto: calm\n        button: ")
    with pytest.raises(DiagnosticsError, match="has no 'goto'"):
        load_bundle(spanish)


def test_a_spare_button_is_not_too_long(spanish: Path) -> None:
    """English has none, and so no mark stands in `made_from`: it would not be shown yet."""
    page = spanish / PAGE
    page.write_text(page.read_text().replace("language: es\n", f"language: es\nbutton: {'x' * 25}\n"))
    with pytest.raises(DiagnosticsError, match="'button' has 25 characters; there is room for 24"):
        load_bundle(spanish)


def test_the_example_for_translators_is_one() -> None:
    told = (ROOT / "flows" / "README.md").read_text().split("```yaml\n")
    english, spanish = (next(part for part in told if f"{line}\n" in part).split("```")[0] for line in EXAMPLES)
    flow = load_single_flow(english.encode(), "flows/sore_throat.yaml")
    reading = ParseContext(decode_source_file("flows/es/sore_throat.yaml", spanish.encode()))
    one = TranslationReader(reading, LANG, "es/sore_throat", collect_units(flow))
    assert reading.diagnostics == []
    said = translate(flow, one.translation_file.text_for)
    assert said.states["breathing"].ask == "¿Le cuesta respirar ahora mismo?"
    assert [option.text for option in said.states["breathing"].options] == ["No", "", "", "Sí"]
    assert {slug for slug, _, _ in one.gaps} == {"untranslated"}


# ---- small parts


@given(
    st.text(alphabet=st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
    .map(str.strip)
    .filter(bool)
)
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_written_and_read_again(text: str) -> None:
    from bot.authoring.parsing.yaml_nodes import YamlScalar, YamlTable, compose_yaml

    told: list[object] = []
    node = compose_yaml(f"k: {as_yaml(text)}\n", lambda *fault: told.append(fault))
    assert isinstance(node, YamlTable)
    value = node.pairs["k"][1]
    assert isinstance(value, YamlScalar)
    assert (value.value, told) == (text, [])


def test_a_mark_is_short_and_changes_with_every_letter() -> None:
    assert len(digest("a")) == 6
    assert digest("Call now.") != digest("Call now")


def test_facts_are_the_same_in_every_script() -> None:
    assert list(extract_facts("Call {n} within 14 days.")) == list(extract_facts("{n} \u0661\u0664"))
    assert list(extract_facts("- one")) != list(extract_facts("one"))


def test_what_stands_in_one_gap_is_the_same_thing_changed() -> None:
    assert match_changed(["a", "b", "c"], ["a", "x", "c"]) == {"x": "b"}
    assert match_changed(["a", "b", "c"], ["a", "c"]) == {}
    assert match_changed(["a", "c"], ["a", "x", "c"]) == {}


def test_the_real_files_read_back_as_they_were_written() -> None:
    """All that ships, in the pseudo language: the writer and the reader agree about every text."""
    library = pseudo.library()
    for name, flow in library.flows[BASE_LANGUAGE].items():
        assert render_translation(flow, "es", pseudo.made(flow)).count("\n") > 5, name
    assert library.translation_gaps == ()
