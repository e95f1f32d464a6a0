"""The rooms whose code gets small faults: their files, the quick tests that must notice, and what a test remembers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    files: tuple[str, ...]  # below bot/
    tests: tuple[str, ...]
    whole: tuple[str, ...] = ()  # modules of which every fault is tried, whatever the sample
    remembered: tuple[str, ...] = ()  # modules whose work is kept in what tests share
    but: str = ""  # tests that are slow, as pytest's -k has it
    slow: float = 1  # seconds that a test may take to be tried at all
    each: float = 4  # seconds of tests for a fault that nobody notices


def tests(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/test_{name}.py" for name in names)


ENGINE = ("engine", "walker", "talk", "machine", "when", "tripwire", "doings", "session")
STORES = ("__init__", "choice", "faults", "memory", "ring", "sqlite", "sqlite_start", "worker")

ROOMS = {
    "engine": Room(
        tuple(f"{one}.py" for one in ENGINE),
        tests(
            *("engine_rules", "tripwire", "hearing", "chats", "promises", "changes", "remembered", "transcripts"),
            *("clinic_chats", "languages", "evenings", "stories", "calling", "doings", "typed", "session", "walker"),
        ),
        whole=("bot.engine", "bot.walker", "bot.machine", "bot.session"),
        remembered=("bot.machine", "bot.when"),
    ),
    "prover": Room(
        ("proof/*.py",),
        tests(
            *("proof", "proof_agrees", "proof_small", "proof_tells", "proof_places", "proof_informs", "proof_orders"),
            *("diff", "why"),
        ),
        but="not shipped and not little_time and not worth_looking and not red_flag_of and not one_conversation "
        "and not every_option_of and not shortest_that and not random_edits and not every_question_says "
        "and not printed_on",
        each=8,
    ),
    "postgres": Room(
        ("stores/postgres*.py",),
        tests("postgres", "postgres_faults", "postgres_rows", "stores", "shared"),
        but="not restart and not wrong_password and not slow_wire",
        slow=3,
        each=12,
    ),
    "stores": Room(
        ("sealing.py", "shapes.py", *(f"stores/{one}.py" for one in STORES)),
        tests("stores", "sqlite_rows", "ring", "shapes", "sealing"),
        slow=2,
        each=8,
        whole=("bot.sealing",),
    ),
}
