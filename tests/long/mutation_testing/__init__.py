"""Small faults put into the bot's own code, one at a time: each must be noticed by the quick tests of its target.

    python -m tests.long.mutation_testing engine --seed 1 --most 400

mutmut writes the faults. It is no development package: the command wants an environment that has it besides what the
tests want. It works on a copy of the project. Each fault is tried in a fork of one process that has the tests loaded,
on those tests only that run through the faulty function; what was found is added to the target's list, and a command
that was stopped goes on where it was. `--again` tries once more what nobody noticed, as after a test was written.
"""
