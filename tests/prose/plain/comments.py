"""Comment blocks of source files, and the descriptions of Terraform."""

import ast
import re

SLASHES = re.compile(r"^\s*(//[/!]?|/\*\*?|\*(?!/))\s?(.*?)(?:\*/)?$")
HASHES = re.compile(r"^\s*(#(?![!#:\[]))\s?(.*)$")
DESCRIPTION = re.compile(r"^\s*(?:description|error_message|alarm_description)\s*=\s*\"((?:[^\"\\]|\\.)*)\"\s*$")
LIST = re.compile(r"([-*]|\d+\.)\s")


def prose(kind, text):
    """(line, text) of each paragraph in comments, in the order of the file."""
    if kind == "slashes":
        return blocks(text, SLASHES)
    found = list(blocks(text, HASHES))
    if kind == "terraform":
        found += descriptions(text)
    if kind == "python":
        found += docstrings(text)
    return sorted(found)


def blocks(text, pattern):
    """(line, text) of comment paragraphs. Code in comments, tables and headings are left out."""
    block, start, mark, fenced = [], 0, None, False
    for number, line in enumerate([*text.split("\n"), ""], 1):
        match = pattern.match(line)
        words = match.group(2) if match else ""
        ends = not match or match.group(1) != mark and not mark_continues(mark, match.group(1))
        if block and (ends or starts_paragraph(words)):
            yield start, clean(" ".join(block))
            block = []
        fenced = bool(match) and fenced != words.lstrip().startswith("```")
        mark = match.group(1) if match else None
        if match and not fenced and words.strip() and not is_code(words):
            start = start if block else number
            block.append(words.strip())


def mark_continues(mark, following):
    """The first line of a block comment has a longer mark than the next lines."""
    return mark in ("/*", "/**") and following == "*"


def starts_paragraph(words):
    words = words.strip()
    return not words or words[0] in "#|`@" or bool(LIST.match(words))


def is_code(words):
    return words.startswith("    ") or words.lstrip()[0] in "#|" or words.lstrip().startswith("```")


def descriptions(text):
    for number, line in enumerate(text.split("\n"), 1):
        match = DESCRIPTION.match(line)
        if match:
            yield number, clean(match.group(1).replace('\\"', '"'))


def docstrings(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            docstring = ast.get_docstring(node)
            if docstring:
                paragraphs = (words for words in docstring.split("\n\n") if not words.startswith("Layout\n"))
                yield from ((node.body[0].lineno, clean(" ".join(words.split()))) for words in paragraphs)


def clean(text):
    """Text without links, code marks and emphasis, and without the mark of a list item or a JSDoc tag."""
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\))?", r"\1", text)
    text = re.sub(r"^(?:[-*]|\d+\.)\s+|^@param\s+\S+\s+|^@\w+\s+", "", text)
    return re.sub(r"[*`]", "", text).strip()
