"""Errors whose message is one sentence from our own source, for the person at the terminal or for the operator."""


class CommandError(Exception):
    """A command that cannot be carried out, or a file that it cannot use. Nothing was changed."""


class StoreConfigError(Exception):
    """A store that cannot be opened, as one sentence for the operator. Nothing in it was touched."""


class StoreUnavailableError(Exception):
    """A store that cannot commit anything just now, as one sentence for the operator. Nothing was changed."""
