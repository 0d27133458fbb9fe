"""Writes every mutant of a source file beside the original code, so that an environment variable selects one.

The body of a function becomes a `match` on the number of the mutant. Each arm is the whole body with
one change.
"""

import re
from dataclasses import dataclass, field


@dataclass
class Mutant:
    number: int
    name: str
    start: int
    end: int
    replacement: str


@dataclass
class Function:
    start: int
    end: int
    returns: str
    mutants: list = field(default_factory=list)


def offset(lines, place):
    """Returns the offset in the text of a place, whose line and column begin at 1."""
    return sum(len(line) for line in lines[: place["line"] - 1]) + place["column"] - 1


def functions(text, listed):
    """Groups the listed mutants of a file, which are (number, JSON), by function."""
    lines = text.splitlines(keepends=True)
    found = {}
    for number, one in listed:
        span, function = one["span"], one["function"]
        start, end = (offset(lines, function["span"][edge]) for edge in ("start", "end"))
        of = found.setdefault(start, Function(start, end, function["return_type"].removeprefix("-> ")))
        edges = (offset(lines, span[edge]) for edge in ("start", "end"))
        of.mutants.append(Mutant(number, one["name"], *edges, one["replacement"]))
    return outermost(sorted(found.values(), key=lambda function: function.start))


def outermost(found):
    """Returns the functions that are within no other one, with the mutants of those within them."""
    outer = []
    for function in found:
        if outer and function.start < outer[-1].end:
            outer[-1].mutants += function.mutants
        else:
            outer.append(function)
    return outer


def switched(text, found):
    """Returns the text in which each of these functions has all of its mutants."""
    parts, at = [], 0
    for function in found:
        parts += [text[at : function.start], switch(text, function)]
        at = function.end
    return "".join([*parts, text[at:]])


def switch(text, function):
    opening = body_start(text, function)
    head, body = text[function.start : opening], text[opening + 1 : function.end - 1]
    is_async = re.search(r"\basync\s+(unsafe\s+)?fn\b", head) is not None
    arms = [arm(body, opening + 1, mutant, function.returns if is_async else None) for mutant in function.mutants]
    first = function.mutants[0].number
    return "".join([head, f"{{\nmatch crate::selected_mutant({first}) {{\n", *arms, f"_ => {{ {body} }}\n", "}\n}"])


def arm(body, begin, mutant, returns):
    start, end = mutant.start - begin, mutant.end - begin
    mutated = f"{body[:start]} {mutant.replacement} {body[end:]}"
    if returns is not None:
        # Boxed, because one future with the bodies of all mutants takes the compiler minutes.
        mutated = f"let result: {returns or '()'} = Box::pin(async move {{ {mutated} }}).await; result"
    return f"/*<{mutant.number}>*/ {mutant.number} => {{ {mutated} }} /*</{mutant.number}>*/\n"


def body_start(text, function):
    """Returns the offset of the first brace after the parameters."""
    depth, at = 0, text.index("(", function.start)
    while True:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return text.index("{", at)
