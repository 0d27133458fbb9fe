"""Checks that each constant in docs/reference/limits.md exists in the folder that the page names."""

import re

from . import files

PAGE = "docs/reference/limits.md"
SOURCE = re.compile(r"((?:`[A-Z][A-Z_]+`[^;|`]*)+)\b((?:crates|functions)/[a-z-]+)")


def check(root, names):
    """(file, line, problem) of each constant that is missing."""
    page = files.read(root, PAGE) if PAGE in names else ""
    for line, text in enumerate(page.split("\n"), 1):
        for constants, folder in SOURCE.findall(text):
            sources = [files.read(root, name) for name in names if name.startswith(f"{folder}/") and name.endswith(".rs")]
            for constant in re.findall(r"`([A-Z_]+)`", constants):
                if not any(re.search(rf"\bconst {constant}\b", source) for source in sources):
                    yield PAGE, line, f"{folder} has no constant {constant}. Write the name and the folder of today"
