"""The proof: a model checker that explores every conversation and checks it against the promises."""
