"""The proof: what every conversation can come to, explored whole and held against what was promised."""
