"""A second prover that shares no thought with the first: the flows as one great formula, and a SAT solver to doubt it.

Somebody is a choice of one option for each question there is: what they would say if they were asked. Each state that
one can stand in, with whoever waits below it, becomes a few gates over those choices.
"""
