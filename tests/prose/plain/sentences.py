"""Splits text into sentences."""

import re

END = re.compile(r"(?<=[.!?])[)\"']?\s+(?=[A-Z(\"'`])")
SHORTENED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf)\.$")


def split(pieces):
    """(line, sentence) of all sentences with three words or more."""
    for line, text in pieces:
        pending = ""
        for part in END.split(text):
            pending = f"{pending} {part}".strip()
            if SHORTENED.search(pending):
                continue
            if len(pending.split()) >= 3:
                yield line, pending
            pending = ""
