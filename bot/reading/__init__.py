"""Strict YAML in; flows, pages, phrases and places out, or every fault with its place. Never a guess, never a crash."""
