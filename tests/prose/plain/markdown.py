"""Paragraphs, table cells, headings and link targets of Markdown."""

import re

FENCE = re.compile(r"\s*(```|~~~)")
ITEM = re.compile(r"([-*+]|\d+[.)])\s+(\[[ x]\]\s+)?")
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
ATTRIBUTE = re.compile(r"\b(?:href|src)=\"([^\"]+)\"")


def prose(text):
    """(line, text) of paragraphs, list items and body cells of tables. Code blocks and headings are left out."""
    block, start, rows = [], 0, 0
    for number, line in [*outside_code(text), (0, "")]:
        stripped = line.strip().lstrip("> ")
        item = ITEM.match(stripped)
        if block and (item or not stripped or stripped[0] in "|#<"):
            yield start, plain(" ".join(block))
            block = []
        rows = rows + 1 if stripped.startswith("|") else 0
        if rows > 2:
            yield from ((number, plain(cell)) for cell in re.split(r"(?<!\\)\|", stripped)[1:-1])
        elif stripped and stripped[0] not in "|#<" and not stripped.startswith("!["):
            start = start if block else number
            block.append(stripped[item.end() :] if item else stripped)


def headings(text):
    """(line, level, text) of all headings."""
    for number, line in outside_code(text):
        match = HEADING.match(line)
        if match:
            yield number, len(match.group(1)), plain(match.group(2))


def targets(text):
    """(line, target) of all links and images."""
    for number, line in outside_code(text):
        line = re.sub(r"`[^`]*`", "", line)
        for pattern in (LINK, REFERENCE, ATTRIBUTE):
            yield from ((number, target) for target in pattern.findall(line))


def anchors(text):
    """The anchors of headings, as GitHub makes them, and of HTML elements with an id."""
    found = set(re.findall(r"<\w+[^>]*\b(?:id|name)=\"([^\"]+)\"", text))
    counts = {}
    for _, _, heading in headings(text):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        counts[slug] = counts.get(slug, -1) + 1
        found.add(f"{slug}-{counts[slug]}" if counts[slug] else slug)
    return found


def outside_code(text):
    """(line, text) of all lines that are not in a fenced code block or an HTML comment."""
    fence, comment = None, False
    for number, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line)
        if match and fence in (None, match.group(1)):
            fence = None if fence else match.group(1)
            yield number, ""
        elif fence is None:
            comment = comment or line.lstrip().startswith("<!--")
            yield number, "" if comment else line
            comment = comment and "-->" not in line


def plain(text):
    """Text without links, code marks and emphasis."""
    text = re.sub(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\*\*?|`|(?<!\w)_|_(?!\w)|<[^>]+>", "", text).strip()
