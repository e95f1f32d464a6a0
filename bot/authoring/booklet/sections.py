"""The booklet's chapters: front page, flowchart, states, rules, subflows, promises, placeholders, sources."""

from collections.abc import Iterable, Iterator

from bot.authoring.booklet.guard_text import guard, urgency_in_words
from bot.authoring.booklet.pages import page_part, pages_of, sections
from bot.authoring.booklet.states import States
from bot.authoring.documents.flowchart import drawn
from bot.authoring.documents.model import Group, Line, Part, Style, bullets
from bot.model.bundle import BASE, Library
from bot.model.flow import Call, Flow
from bot.model.guards import When, questions
from bot.model.signoff import state_in_words, words_of
from bot.model.urgency import Floor, Urgency

FILLED = {
    "{emergency_number}": "the number of the clinic or of the country that was picked; else “112, 911 or 999”",
    "{crisis_line}": "a crisis line of the country, by name and number",
    "{assault_line}": "a line for people after sexual violence, by name and number",
    "{child_line}": "a child helpline, by name and number",
    "{clinic_name}": "the clinic whose link was opened; else “a sexual health clinic”",
    "{clinic_phone}": "that clinic's phone; else “the number on its website”",
    "{warning_signs}": "the list below, the same for everybody",
}
ABOUT = (
    "This booklet shows every word and every way of one flow, for whoever reviews it. "
    "Nothing is added to the file, and nothing is left out.",
    "Who signs vouches for exactly these words: their hash stands on the foot of every page. Any later edit changes "
    "it, and voids the signature. The command is: python -m bot sign flows/{name}.yaml --by “Name” --role “Role”",
    "States are numbered. An arrow (→) says which comes next. Answers stand from calm to worrying; on the screen “Not "
    "sure” and “Prefer not to say” come last. The ending can only become more urgent on the way, never less.",
    "After every answer the rules are looked at first. The conversation ends where it says “Ending” or “Emergency”, "
    "here or in a flow that is run. Pages are printed at the end, and are signed each on its own.",
)


INFORMS = (
    "This flow only informs: nothing of what follows is asked. Everybody is shown the warning signs, the same for all, "
    "and may read any page. Offered first:"
)
ALWAYS = (
    "an answer that shows danger is followed by the emergency screen and by nothing else; one tap undoes it",
    "no milder ending is reached while a question that could show danger is unasked",
    "urgency only rises; a more worrying answer never ends lower; “not sure” is never “no”",
    "every conversation ends, in an urgency with its time limit, a safety net, and pages to read",
)


def booklet(library: Library, flow: Flow, today: str, whole: bool = False) -> tuple[Part, ...]:
    """Return all parts of the booklet of *flow* in reading order, also those of its subflows if asked."""
    flows = [flow, *(_run_by(library, flow) if whole else ())]
    pages = dict.fromkeys(page for one in flows for page in pages_of(one))
    return (
        Part(flow.title, _foot(flow), tuple(_front(library, flow, today))),
        *(part for one in flows for part in _parts(library, one, today)),
        Part("Words in braces", _foot(flow), tuple(_chapter("Words in braces", _filled(library)))),
        *(page_part(library, page, today) for page in pages),
    )


def _parts(library: Library, flow: Flow, today: str) -> tuple[Part, Part]:
    """Return two parts for one flow: its flowchart, and its chapters."""
    states = States(library, flow)
    chapters = (
        _chapter(f"Every state: {flow.title}", states.told()),
        _chapter("Rules", states.rules(), "There are none."),
        _chapter("Flows that it runs", _runs(library, flow, today), "There are none."),
        _chapter("What is promised and proved about it", _promised(library, flow)),
        _chapter("Sources", _sources(library, flow)),
    )
    told = tuple(group for chapter in chapters for group in chapter)
    return (
        Part(f"As a picture: {flow.title}", _foot(flow), (), drawn(states.stops())),
        Part(flow.title, _foot(flow), told),
    )


def _foot(flow: Flow) -> str:
    """Return the footer line with the flow's file name and the hash that is signed."""
    return f"flows/{flow.name}.yaml, words {words_of(flow)}"


def _run_by(library: Library, flow: Flow) -> list[Flow]:
    """Return every flow that *flow* runs, directly or through another flow, each once."""
    found = [flow.name]
    for name in found:
        states = library.flows[BASE][name].states.values()
        found += dict.fromkeys(state.run for state in states if isinstance(state, Call) and state.run not in found)
    return [library.flows[BASE][name] for name in found[1:]]


def _chapter(title: str, groups: Iterable[Group], nothing: str = "") -> list[Group]:
    """Return *groups* with a chapter title joined to the first group, so that both stay on one page."""
    found = [group for group in groups if group] or [(Line(nothing),)]
    return [(Line(title, Style.CHAPTER), *found[0]), *found[1:]]


def _front(library: Library, flow: Flow, today: str) -> Iterator[Group]:
    """Yield the groups of the front page: title, hash, sign-off, how to read it, and the form to sign."""
    yield (Line(flow.title, Style.TITLE),)
    yield (
        Line(f"flows/{flow.name}.yaml, version {flow.version}, compared with its sources on {flow.checked}"),
        Line(f"Words: {words_of(flow)}", Style.STRONG),
        Line(f"On {today or 'this day'}: {state_in_words(flow, today)}."),
    )
    if flow.information:
        titles = ", ".join(f"“{library.page(page).title}”" for page in flow.information)
        yield (Line(f"{INFORMS} {titles}.", Style.STRONG),)
    yield tuple(Line(text.replace("{name}", flow.name)) for text in ABOUT)
    count = sum(1 for _ in flow.questions())
    yield (
        Line("What is in it", Style.HEADING),
        *bullets(f"{len(flow.states)} states, {count} of them questions; {len(flow.rules)} rules"),
        *bullets(f"pages to read: {', '.join(library.page(page).title for page in pages_of(flow)) or 'none'}"),
    )
    yield (
        Line("Reviewed by", Style.HEADING),
        *(Line(what, Style.FIELD) for what in ("Name", "Role", "Day", "Look at it again by", "Signature")),
        Line("Notes, with the number of the state:"),
    )


def _runs(library: Library, flow: Flow, today: str) -> Iterator[Group]:
    """Yield a group for each flow that *flow* runs directly: its sign-off, its booklet and its questions."""
    names = dict.fromkeys(state.run for state in flow.states.values() if isinstance(state, Call))
    for name in names:
        called = library.flows[BASE][name]
        yield (
            Line(f"{called.title} ({name}), words {words_of(called)}", Style.STRONG),
            Line(f"{state_in_words(called, today).capitalize()}."),
            Line(f"Its own booklet: python -m bot draw {name} --document FILE.pdf"),
            *bullets(*(question.ask.partition("\n")[0] for question in called.questions())),
        )


def _promised(library: Library, flow: Flow) -> Iterator[Group]:
    """Yield what holds in all conversations, then red flags and promises about a question of this flow."""
    own = {flow.at(question.name) for question in flow.questions()}
    yield (Line("In every conversation:"), *bullets(*ALWAYS))
    if not own:
        yield (Line("It asks nothing itself: the booklets of the flows that it runs say more."),)
    yield from _flags(library, own)
    for never in library.promises.never:
        if own & questions(never.when):
            words = ", ".join(urgency_in_words(library, Floor(one)) for one in sorted(never.urgencies))
            least = f"at least: {urgency_in_words(library, never.least)}" if never.least.urgency > 1 else ""
            what = f"never ends with: {words}" if words else least
            yield (
                Line(f"{never.name.replace('_', ' ')}: {what}", Style.STRONG),
                Line(f"Why: {never.why}", Style.FAINT),
                *_when(library, never.when),
            )
    for excuse in library.promises.excuses:
        if own & questions(excuse.when):
            head = Line(f"{excuse.name.replace('_', ' ')}: need not be asked every red flag", Style.STRONG)
            yield (head, Line(f"Why: {excuse.why}", Style.FAINT), *_when(library, excuse.when))


def _flags(library: Library, own: set[str]) -> Iterator[Group]:
    """Yield a group for each red flag whose guard looks at one of the flow's *own_questions*."""
    for flag in library.red_flags:
        if own & questions(flag.when):
            needs = urgency_in_words(library, Floor(flag.needs))
            but = Line("But not when all of this is so:", Style.FAINT)
            unless = (but, *guard(library, flag.unless)) if flag.unless else ()
            yield (
                Line(f"Red flag {flag.id}, {flag.title}: {needs}", Style.STRONG),
                *_when(library, flag.when),
                *unless,
            )


def _when(library: Library, when: When) -> Group:
    """Return *guard* as a group below the line "When all of this is so"."""
    return (Line("When all of this is so:", Style.FAINT), *guard(library, when))


def _filled(library: Library) -> Iterator[Group]:
    """Yield groups that explain each placeholder in braces, the warning signs, and how endings begin."""
    yield tuple(line for name, what in FILLED.items() for line in bullets(f"{name} is {what}"))
    (signs,) = sections(library.text("warning_signs"))
    yield signs
    calm = (urgency for urgency in sorted(Urgency, reverse=True) if urgency is not Urgency.EMERGENCY)
    yield (
        Line("How an ending begins. These words are signed with content/phrases.yaml:"),
        *bullets(*(library.text(f"action_{urgency.word}") for urgency in calm)),
    )


def _sources(library: Library, flow: Flow) -> Iterator[Group]:
    """Yield a group for each source of *flow*."""
    for code in flow.sources:
        source = library.sources.get(code)
        yield bullets(f"{code}: {source.org}, {source.title} ({source.year}). Read: {source.seen}" if source else code)
