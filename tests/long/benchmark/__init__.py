"""How fast the bot is, beside its peers: the same recorded dialog through each, in one interleaved run.

`python -m tests.long.benchmark` makes the peers' environment, measures everything and writes tests/results/speed.md.
"""
