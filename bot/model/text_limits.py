"""How many characters texts on buttons and in lists may have: for readers, schemas, translations and the linter."""

MAX_LABEL_LENGTH = 24  # what a phone shows on a button; a term and the name of a language are labels, too
MAX_TITLE_LENGTH, MAX_GIST_LENGTH = 60, 100  # of a page
MAX_DEFINITION_LENGTH = 160  # of a term
