"""Checks that relative links, their anchors, and the paths in text and comments exist."""

import posixpath
import re
from urllib.parse import unquote

from . import comments, files, markdown

EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
FOLDERS = "crates|functions|clients|tests|terraform|benches|docs"
PATH = re.compile(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]*\w\.(?:md|rs|ts|tf|py|js|mjs|hcl|html|css))(?:#([\w-]+))?(?![\w/<*])")


def check(root, names):
    """(file, line, problem) of each broken link and path."""
    known, cache = set(names), {}
    known |= {parent for name in names for parent in parents(name)}

    def has_anchor(name, anchor):
        if name not in cache:
            cache[name] = markdown.anchors(files.read(root, name))
        return anchor in cache[name]

    for name in files.written(names):
        text = files.read(root, name) if name.endswith(SEARCHED) else ""
        for line, target, anchor in references(name, text):
            if target not in known:
                yield name, line, f"{target} does not exist. Correct the path, or remove the link"
            elif anchor and target.endswith(".md") and not has_anchor(target, anchor):
                yield name, line, f"{target} has no heading for #{anchor}. Use the anchor of an existing heading"


SEARCHED = (".md", *(suffix for suffix in files.LANGUAGES if suffix not in (".toml",)))


def parents(name):
    while name := posixpath.dirname(name):
        yield name


def references(name, text):
    """(line, path from the root, anchor) of each relative link in Markdown, and of each path in text."""
    if name.endswith(".md"):
        for line, target in markdown.targets(text):
            if not EXTERNAL.match(target):
                path, _, anchor = unquote(target).partition("#")
                yield line, resolve(name, path), anchor
    for line, words in mentions(name, text):
        yield from ((line, path, anchor) for path, anchor in PATH.findall(words))


def resolve(name, path):
    if not path:
        return name
    return posixpath.normpath(path[1:] if path.startswith("/") else posixpath.join(posixpath.dirname(name), path))


def mentions(name, text):
    """(line, text) in which a path of the repository can be: all of Markdown, and comments of sources. Paths of pages can
    also be in the messages of a program."""
    kind = files.language(name, text)
    if name.endswith(".md"):
        yield from enumerate(re.sub(r"\]\([^)]*\)", "]", text).split("\n"), 1)
    elif kind:
        yield from comments.prose(kind, text)
        for number, line in enumerate(text.split("\n"), 1):
            yield from ((number, page) for page in re.findall(r"docs/(?:start|guides|reference|concepts|adr)/[\w-]+\.md(?:#[\w-]+)?", line))
