"""Prints the figures of the repository, and each problem as `file:line: problem. Fix`. Fails above the goals.

Usage: python3 -m plain [--all] [folder]

--all prints every problem, also of rows that meet their goals.
"""

import re
import sys

from . import commands, comments, constants, files, links, markdown, sentences
from .report import COMMENTS, MARKDOWN, Row

MOST_HEADING_WORDS = 12
LONG_NAME = re.compile(r"^\s*(?:pub |async )*fn (\w{81,})|^run \"(\w{81,})\"")


def main(arguments):
    everything = "--all" in arguments
    root = next((argument for argument in arguments if not argument.startswith("--")), ".")
    names = files.listed(root)
    rows = list(measured(root, files.written(names)))
    found = [*links.check(root, names), *constants.check(root, names), *commands.check(root, names), *headings(root, names), *long_names(root, names)]
    problems = [f"{name}:{line}: {problem}" for name, line, problem in found]
    failed = bool(problems) or any(row.failed() for row in rows)
    for row in rows:
        for rule, findings in row.findings.items():
            problems += findings if everything or rule in row.failed() else []
    print("\n".join([*dict.fromkeys(problems), *map(str, rows)]))
    return 1 if failed else 0


def measured(root, names):
    """One row for each group of files."""
    pages = [name for name in names if name.endswith(".md")]
    yield Row("README", MARKDOWN, in_markdown(root, [name for name in pages if name == "README.md"]))
    yield Row("docs", MARKDOWN, in_markdown(root, [name for name in pages if name.startswith("docs/") and "/adr/" not in name]))
    yield Row("ADRs", MARKDOWN, in_markdown(root, [name for name in pages if "/adr/" in name]))
    yield Row("other Markdown", MARKDOWN, in_markdown(root, [name for name in pages if name != "README.md" and not name.startswith("docs/")]))
    sources = [name for name in names if not name.endswith(".md")]
    yield Row("comments (source)", COMMENTS, in_comments(root, [name for name in sources if not files.is_test(name)]))
    yield Row("comments (tests)", COMMENTS, in_comments(root, [name for name in sources if files.is_test(name)]))


def in_markdown(root, names):
    for name in names:
        yield from ((name, line, sentence) for line, sentence in sentences.split(markdown.prose(files.read(root, name))))


def in_comments(root, names):
    for name in names:
        text = files.read(root, name)
        kind = files.language(name, text)
        if kind:
            yield from ((name, line, sentence) for line, sentence in sentences.split(comments.prose(kind, text)))


def headings(root, names):
    """Headings that are sentences instead of terms."""
    for name in (name for name in names if name.endswith(".md")):
        for line, _, heading in markdown.headings(files.read(root, name)):
            words = [word for word in heading.split() if not word[0].isdigit()]
            if len(words) > MOST_HEADING_WORDS:
                yield name, line, f"heading has more than {MOST_HEADING_WORDS} words. Use the term that a reader searches for"


def long_names(root, names):
    """Names of tests, in Rust and in Terraform, that do not fit in a line."""
    for name in (name for name in names if name.endswith((".rs", ".hcl"))):
        for number, line in enumerate(files.read(root, name).split("\n"), 1):
            if LONG_NAME.match(line):
                yield name, number, "name has more than 80 characters. State the behaviour in fewer words"


sys.exit(main(sys.argv[1:]))
