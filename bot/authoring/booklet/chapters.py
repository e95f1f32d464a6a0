"""The booklet's chapters: front page, flowchart, states, rules, subflows, promises, placeholders, sources."""

from collections.abc import Iterable, Iterator

from bot.authoring.booklet.guard_text import describe_urgency, guard_lines
from bot.authoring.booklet.pages import markdown_groups, page_ids_of, page_part
from bot.authoring.booklet.states import NumberedStates
from bot.authoring.documents.document_model import DocumentPart, Paragraph, ParagraphGroup, ParagraphStyle, bullets
from bot.authoring.documents.flowchart import draw_flowchart
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Call, Flow
from bot.model.guards import Guard, guard_questions
from bot.model.signoff import content_hash, describe_signoff
from bot.model.urgency import Floor, Urgency

PLACEHOLDER_MEANINGS = {
    "{emergency_number}": "the number of the clinic or of the country that was picked; else “112, 911 or 999”",
    "{crisis_line}": "a crisis line of the country, by name and number",
    "{assault_line}": "a line for people after sexual violence, by name and number",
    "{child_line}": "a child helpline, by name and number",
    "{clinic_name}": "the clinic whose link was opened; else “a sexual health clinic”",
    "{clinic_phone}": "that clinic's phone; else “the number on its website”",
    "{warning_signs}": "the list below, the same for everybody",
}
ABOUT_BOOKLET = (
    "This booklet shows every word and every way of one flow, for whoever reviews it. "
    "Nothing is added to the file, and nothing is left out.",
    "Who signs vouches for exactly these words: their hash stands on the foot of every page. Any later edit changes "
    "it, and voids the signature. The command is: python -m bot sign flows/{name}.yaml --by “Name” --role “Role”",
    "States are numbered. An arrow (→) says which comes next. Answers stand from calm to worrying; on the screen “Not "
    "sure” and “Prefer not to say” come last. The ending can only become more urgent on the way, never less.",
    "After every answer the rules are looked at first. The conversation ends where it says “Ending” or “Emergency”, "
    "here or in a flow that is run. Pages are printed at the end, and are signed each on its own.",
)


INFORMATION_MODE_NOTE = (
    "This flow only informs: nothing of what follows is asked. Everybody is shown the warning signs, the same for all, "
    "and may read any page. Offered first:"
)
UNIVERSAL_PROMISES = (
    "an answer that shows danger is followed by the emergency screen and by nothing else; one tap undoes it",
    "no milder ending is reached while a question that could show danger is unasked",
    "urgency only rises; a more worrying answer never ends lower; “not sure” is never “no”",
    "every conversation ends, in an urgency with its time limit, a safety net, and pages to read",
)


def build_booklet(
    bundle: ContentBundle, flow: Flow, today: str, include_subflows: bool = False
) -> tuple[DocumentPart, ...]:
    """Return all parts of the booklet of *flow* in reading order, also those of its subflows if asked."""
    flows = [flow, *(_subflows(bundle, flow) if include_subflows else ())]
    pages = dict.fromkeys(page for each_flow in flows for page in page_ids_of(each_flow))
    return (
        DocumentPart(flow.title, _footer(flow), tuple(_front_page(bundle, flow, today))),
        *(part for each_flow in flows for part in _flow_parts(bundle, each_flow, today)),
        DocumentPart("Words in braces", _footer(flow), tuple(_chapter("Words in braces", _placeholder_groups(bundle)))),
        *(page_part(bundle, page, today) for page in pages),
    )


def _flow_parts(bundle: ContentBundle, flow: Flow, today: str) -> tuple[DocumentPart, DocumentPart]:
    """Return two parts for one flow: its flowchart, and its chapters."""
    states = NumberedStates(bundle, flow)
    chapters = (
        _chapter(f"Every state: {flow.title}", states.state_groups()),
        _chapter("Rules", states.rule_groups(), "There are none."),
        _chapter("Flows that it runs", _subflow_groups(bundle, flow, today), "There are none."),
        _chapter("What is promised and proved about it", _promise_groups(bundle, flow)),
        _chapter("Sources", _source_groups(bundle, flow)),
    )
    groups = tuple(group for chapter in chapters for group in chapter)
    return (
        DocumentPart(f"As a picture: {flow.title}", _footer(flow), (), draw_flowchart(states.flowchart_nodes())),
        DocumentPart(flow.title, _footer(flow), groups),
    )


def _footer(flow: Flow) -> str:
    """Return the footer line with the flow's file name and the hash that is signed."""
    return f"flows/{flow.name}.yaml, words {content_hash(flow)}"


def _subflows(bundle: ContentBundle, flow: Flow) -> list[Flow]:
    """Return every flow that *flow* runs, directly or through another flow, each once."""
    names = [flow.name]
    for name in names:
        states = bundle.flows[BASE_LANGUAGE][name].states.values()
        names += dict.fromkeys(state.run for state in states if isinstance(state, Call) and state.run not in names)
    return [bundle.flows[BASE_LANGUAGE][name] for name in names[1:]]


def _chapter(title: str, groups: Iterable[ParagraphGroup], empty_text: str = "") -> list[ParagraphGroup]:
    """Return *groups* with a chapter title joined to the first group, so that both stay on one page."""
    nonempty = [group for group in groups if group] or [(Paragraph(empty_text),)]
    return [(Paragraph(title, ParagraphStyle.CHAPTER), *nonempty[0]), *nonempty[1:]]


def _front_page(bundle: ContentBundle, flow: Flow, today: str) -> Iterator[ParagraphGroup]:
    """Yield the groups of the front page: title, hash, sign-off, how to read it, and the form to sign."""
    yield (Paragraph(flow.title, ParagraphStyle.TITLE),)
    yield (
        Paragraph(f"flows/{flow.name}.yaml, version {flow.version}, compared with its sources on {flow.checked}"),
        Paragraph(f"Words: {content_hash(flow)}", ParagraphStyle.STRONG),
        Paragraph(f"On {today or 'this day'}: {describe_signoff(flow, today)}."),
    )
    if flow.information:
        titles = ", ".join(f"“{bundle.page(page).title}”" for page in flow.information)
        yield (Paragraph(f"{INFORMATION_MODE_NOTE} {titles}.", ParagraphStyle.STRONG),)
    if flow.asked:
        yield (Paragraph(f"People are led here who type: {'; '.join(flow.asked)}.", ParagraphStyle.SMALL),)
    yield tuple(Paragraph(text.replace("{name}", flow.name)) for text in ABOUT_BOOKLET)
    count = sum(1 for _ in flow.questions())
    yield (
        Paragraph("What is in it", ParagraphStyle.HEADING),
        *bullets(f"{len(flow.states)} states, {count} of them questions; {len(flow.rules)} rules"),
        *bullets(f"pages to read: {', '.join(bundle.page(page).title for page in page_ids_of(flow)) or 'none'}"),
    )
    yield (
        Paragraph("Reviewed by", ParagraphStyle.HEADING),
        *(
            Paragraph(field_name, ParagraphStyle.FIELD)
            for field_name in ("Name", "Role", "Day", "Look at it again by", "Signature")
        ),
        Paragraph("Notes, with the number of the state:"),
    )


def _subflow_groups(bundle: ContentBundle, flow: Flow, today: str) -> Iterator[ParagraphGroup]:
    """Yield a group for each flow that *flow* runs directly: its sign-off, its booklet and its questions."""
    names = dict.fromkeys(state.run for state in flow.states.values() if isinstance(state, Call))
    for name in names:
        called = bundle.flows[BASE_LANGUAGE][name]
        yield (
            Paragraph(f"{called.title} ({name}), words {content_hash(called)}", ParagraphStyle.STRONG),
            Paragraph(f"{describe_signoff(called, today).capitalize()}."),
            Paragraph(f"Its own booklet: python -m bot draw {name} --document FILE.pdf"),
            *bullets(*(question.ask.partition("\n")[0] for question in called.questions())),
        )


def _promise_groups(bundle: ContentBundle, flow: Flow) -> Iterator[ParagraphGroup]:
    """Yield what holds in all conversations, then red flags and promises about a question of this flow."""
    own_questions = {flow.full_name(question.name) for question in flow.questions()}
    yield (Paragraph("In every conversation:"), *bullets(*UNIVERSAL_PROMISES))
    if not own_questions:
        yield (Paragraph("It asks nothing itself: the booklets of the flows that it runs say more."),)
    yield from _red_flag_groups(bundle, own_questions)
    for never in bundle.promises.forbidden_endings:
        if own_questions & guard_questions(never.when):
            words = ", ".join(describe_urgency(bundle, Floor(urgency)) for urgency in sorted(never.urgencies))
            least = (
                f"at least: {describe_urgency(bundle, never.lowest_floor)}" if never.lowest_floor.urgency > 1 else ""
            )
            what = f"never ends with: {words}" if words else least
            yield (
                Paragraph(f"{never.name.replace('_', ' ')}: {what}", ParagraphStyle.STRONG),
                Paragraph(f"Why: {never.why}", ParagraphStyle.FAINT),
                *_guard_group(bundle, never.when),
            )
    for exemption in bundle.promises.exemptions:
        if own_questions & guard_questions(exemption.when):
            head = Paragraph(
                f"{exemption.name.replace('_', ' ')}: need not be asked every red flag", ParagraphStyle.STRONG
            )
            yield (
                head,
                Paragraph(f"Why: {exemption.why}", ParagraphStyle.FAINT),
                *_guard_group(bundle, exemption.when),
            )


def _red_flag_groups(bundle: ContentBundle, own_questions: set[str]) -> Iterator[ParagraphGroup]:
    """Yield a group for each red flag whose guard looks at one of the flow's *own_questions*."""
    for flag in bundle.red_flags:
        if own_questions & guard_questions(flag.when):
            needed_urgency = describe_urgency(bundle, Floor(flag.required_urgency))
            exception_line = Paragraph("But not when all of this is so:", ParagraphStyle.FAINT)
            exception_group = (exception_line, *guard_lines(bundle, flag.unless)) if flag.unless else ()
            yield (
                Paragraph(f"Red flag {flag.id}, {flag.title}: {needed_urgency}", ParagraphStyle.STRONG),
                *_guard_group(bundle, flag.when),
                *exception_group,
            )


def _guard_group(bundle: ContentBundle, guard: Guard) -> ParagraphGroup:
    """Return *guard* as a group below the line "When all of this is so"."""
    return (Paragraph("When all of this is so:", ParagraphStyle.FAINT), *guard_lines(bundle, guard))


def _placeholder_groups(bundle: ContentBundle) -> Iterator[ParagraphGroup]:
    """Yield groups that explain each placeholder in braces, the warning signs, and how endings begin."""
    yield tuple(line for name, meaning in PLACEHOLDER_MEANINGS.items() for line in bullets(f"{name} is {meaning}"))
    (warning_signs,) = markdown_groups(bundle.text("warning_signs"))
    yield warning_signs
    other_urgencies = (urgency for urgency in sorted(Urgency, reverse=True) if urgency is not Urgency.EMERGENCY)
    yield (
        Paragraph("How an ending begins. These words are signed with content/phrases.yaml:"),
        *bullets(*(bundle.text(f"action_{urgency.slug}") for urgency in other_urgencies)),
    )


def _source_groups(bundle: ContentBundle, flow: Flow) -> Iterator[ParagraphGroup]:
    """Yield a group for each source of *flow*."""
    for code in flow.sources:
        source = bundle.sources.get(code)
        yield bullets(
            f"{code}: {source.org}, {source.title} ({source.year}). Read: {source.extent_read}" if source else code
        )
