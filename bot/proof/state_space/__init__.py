"""The state space: exploration of every conversation, and the graph that the checks read."""
