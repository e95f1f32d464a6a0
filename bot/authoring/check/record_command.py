"""The command `python -m bot record`: train the model of intents, check everything, and write all records.

Records are files that a program makes from what authors write: the model, the proof, the remaining questions and the
reading levels. `check` says where one is no longer of exactly these words.
"""

from argparse import Namespace

from bot.authoring.check.command import run as run_check


def run(options: Namespace) -> int:
    """Run the command and return its exit code: that of `check --record`."""
    options.record, options.json, options.why, options.release = True, False, False, False
    return run_check(options)
