"""The reader's faults by their stable names. Each has a broken file and its golden words in `tests/faults`."""

SLUGS = {
    # the folder and the file
    "not-found": "a folder or a file that must be there is not",
    "unreadable": "a file that cannot be opened, or is no plain file",
    "outside": "a symbolic link that leads out of the folder",
    "stray": "a file or a folder that nobody reads",
    "too-large": "a file of more than a megabyte, or of more parts than anybody could review",
    "not-utf8": "a file that was not saved as UTF-8",
    "control-character": "a character that cannot be seen, such as NUL or one that reverses the text after it",
    # YAML, the strict part of it
    "not-yaml": "brackets, quotes or indentation that do not fit together",
    "tab": "a tab where spaces belong",
    "too-deep": "tables in lists in tables, deeper than anybody needs",
    "anchor": "an anchor or an alias (&name, *name): everything is written out where it is meant",
    "tag": "a tag or a directive (!tag, %TAG): everything is plain text",
    "documents": "several documents in one file",
    "twice": "the same key or source a second time",
    "empty": "a file, a text, a table or a list with nothing in it",
    "too-many-faults": "more faults in one file than are worth listing",
    # shapes and words
    "not-a-table": "something else where a table is wanted",
    "not-a-list": "something else where a list is wanted",
    "not-text": "a table or a list where a text is wanted",
    "unknown-key": "a key that nobody asks for there",
    "missing": "a key that is needed there",
    "name": "a name of the wrong form, a reserved one, or not the file's own",
    "not-a-date": "a day that is not YYYY-MM-DD",
    "not-yes-or-no": "a flag that is neither yes nor no",
    "unknown-word": "a word that is not one of the few that are known there",
    "too-long": "a text, or a name with its option, that does not fit where it is shown",
    "unknown-placeholder": "braces around something that nobody fills in",
    "language": "a language other than the one this folder is written in",
    # flows
    "kind": "a state that is none of the five kinds, or two of them",
    "unsure": "a question without 'not_sure' or 'prefer_not_to_say'",
    "long-button": "a label that a phone would cut off",
    "unknown-urgency": "an urgency that is none of the five, or 'soon' without its days",
    "floor-emergency": "an emergency as at_least: people are sent there with goto, so that it is shown at once",
    "learn-emergency": "something to read at an emergency: there is one thing to do",
    "no-safety-net": "a calm ending that does not say when to come back",
    "idle": "something written that could never do anything",
    "count": "'at least N of' with an N that is none, or more than there are",
    "pattern": "a rule of speech whose pattern cannot be read",
    "unqualified": "a red flag's question without its flow",
    # names that lead nowhere
    "unknown-state": "a goto or start to a state that the flow does not have",
    "not-an-outcome": "a rule that leads to something other than an outcome",
    "unknown-flow": "a flow that is not there",
    "unknown-page": "a page that is not there",
    "unknown-question": "a question that is not asked",
    "unknown-option": "an answer that is not offered",
    "unknown-term": "a word that the glossary does not explain",
    "unknown-phrase": "a phrase of the bot's own that is not there",
    "unknown-source": "a source's code that content/sources.yaml does not list",
    "source-differs": "a source with another organisation, title or year than content/sources.yaml gives it",
    # pages
    "front-matter": "a page without its head between two lines of ---",
    "section": "a section of a page that is unknown, missing or out of order",
    "warning-signs": "a page whose last section does not begin with the warning signs",
    "no-source": "a fact on a page without the code of its source",
    "unlisted-source": "a code on a page that its list of sources lacks",
    "unused-source": "a listed source that no fact on the page names",
    "unverified": "a fact from general knowledge on a page that does not say what stayed general",
    # translations
    "untranslated": "a text that a language which ships does not have",
    "stale": "a translation of words that are not today's English any more",
    "differs": "a translation with other numbers, placeholders or list items than the English",
}

# What only the clinics' file can have; its broken files are in `tests/clinic_faults`.
CLINIC_SLUGS = {
    "hours": "opening hours that cannot be read, or that overlap",
    "time-zone": "a time zone that nobody keeps",
    "phone": "something that could not be dialled",
    "link": "an address on the web that does not begin with https://",
    "emergency-number": "an emergency number other than the one that content/numbers.yaml gives for that country",
}
