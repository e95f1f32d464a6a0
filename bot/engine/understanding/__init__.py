"""Understanding of typed words: folded once, then held against options, signs of danger, languages and subjects."""
