"""The targets whose code gets small faults: their files, the quick tests that must notice, and what tests cache."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MutationTarget:
    files: tuple[str, ...]  # below bot/
    tests: tuple[str, ...]
    whole: tuple[str, ...] = ()  # modules of which every fault is tried, whatever the sample
    remembered: tuple[str, ...] = ()  # modules whose work is kept in what tests share
    excluded_tests: str = ""  # tests that are slow, as pytest's -k has it
    max_test_seconds: float = 1  # seconds that a test may take to be tried at all
    seconds_per_fault: float = 4  # seconds of tests for a fault that nobody notices


def tests(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/{name}.py" for name in names)


ENGINE = ("step", "interpreter", "snapshot", "machine", "red_flag_monitor", "commands", "session")
STORES = ("base", "open_store", "sqlite_errors", "memory", "sqlite_keyring", "sqlite", "sqlite_schema", "sqlite_writer")

MUTATION_TARGETS = {
    "engine": MutationTarget(
        (*(f"engine/{one}.py" for one in ENGINE), "model/guards.py"),
        tests(
            *(
                "engine/test_engine_rules",
                "engine/test_red_flag_monitor",
                "engine/understanding/test_option_matching",
                "authoring/test_scenarios",
                "engine/test_properties",
                "engine/test_change_answer",
                "engine/test_interpreter_cache",
                "adapters/terminal/test_transcripts",
            ),
            *(
                "clinics/test_clinic_conversations",
                "engine/test_languages",
                "system/test_evenings",
                "system/test_stories",
                "engine/presenters/test_phone_numbers",
                "engine/test_commands",
                "engine/test_typed_input",
                "engine/test_session",
                "engine/test_interpreter",
            ),
        ),
        whole=("bot.engine.step", "bot.engine.interpreter", "bot.engine.machine", "bot.engine.session"),
        remembered=("bot.engine.machine", "bot.model.guards"),
    ),
    "prover": MutationTarget(
        ("proof/*.py", "proof/*/*.py"),
        tests(
            *(
                "proof/test_checks",
                "proof/test_agrees_with_brute_force",
                "proof/test_state_space",
                "proof/test_report",
                "proof/test_finding_locations",
                "proof/test_information_mode",
                "proof/test_monotonicity_order",
            ),
            *("authoring/test_diff", "proof/test_question_report"),
        ),
        excluded_tests="not shipped and not little_time and not worth_looking and not red_flag_of "
        "and not one_conversation and not every_option_of and not shortest_that and not random_edits "
        "and not every_question_says "
        "and not printed_on",
        seconds_per_fault=8,
    ),
    "postgres": MutationTarget(
        ("sessions/stores/postgres*.py",),
        tests(
            "sessions/stores/test_postgres",
            "sessions/stores/test_postgres_errors",
            "sessions/stores/test_postgres_rows",
            "sessions/stores/test_store_contract",
            "adapters/telegram_bot/test_two_instances",
        ),
        excluded_tests="not restart and not wrong_password and not slow_wire",
        max_test_seconds=3,
        seconds_per_fault=12,
    ),
    "stores": MutationTarget(
        ("operations/encryption.py", "sessions/row_schema.py", *(f"sessions/stores/{one}.py" for one in STORES)),
        tests(
            "sessions/stores/test_store_contract",
            "sessions/stores/test_sqlite",
            "sessions/stores/test_sqlite_keyring",
            "sessions/test_row_schema",
            "operations/test_encryption",
        ),
        max_test_seconds=2,
        seconds_per_fault=8,
        whole=("bot.operations.encryption",),
    ),
}
