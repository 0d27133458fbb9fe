"""Renders docs/reference/terraform.md and the tables in READMEs from variables and outputs."""

import json
import re
import sys
import textwrap
from pathlib import Path

import hcl2

FOLDER = Path("terraform")
PAGE = Path("docs/reference/terraform.md")
TABLES = re.compile(r"(<!-- terraform/reference writes these tables. -->\n).*?(<!-- end -->)", re.S)

INTRODUCTION = """\
# Terraform variables and outputs

<!-- terraform/reference writes this page. To change it, edit terraform/*.tf and run it again. -->

This page lists the variables and outputs of the module in [terraform/](../../terraform/).
[Deploy](../start/deploy.md) shows how to use them, and [examples](../../terraform/examples/) are
complete roots. A variable of an object can be left out in part: `optional` attributes have defaults.
"""


def blocks(kind, folder=FOLDER):
    """The blocks of one kind in all files of a folder: (name, content)."""
    for path in sorted(folder.glob("*.tf")):
        with path.open() as file:
            for block in hcl2.load(file).get(kind, []):
                yield from ((text(name), content) for name, content in block.items())


def text(value):
    """The text of an HCL string. The parser returns it with quotes and escapes."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def type_of(content):
    kind = content["type"]
    return kind[2:-1] if kind.startswith("${") else kind


def is_object(content):
    return "object(" in type_of(content)


def short_type(name, content):
    """The type in the table. An object has its own section."""
    kind = type_of(content)
    return f"[`{kind[:kind.index('({')].replace('(object', '(object)')}`](#{name})" if is_object(content) else f"`{kind}`"


def default(content):
    if "default" not in content:
        return "required"
    value = content["default"]
    return f"`{value if isinstance(value, str) else json.dumps(plain_value(value))}`"


def plain_value(value):
    """A list or an object with the texts of its HCL strings."""
    match value:
        case str():
            return text(value)
        case list():
            return [plain_value(one) for one in value]
        case dict():
            return {text(key): plain_value(one) for key, one in value.items()}
    return value


def fixes(name, content):
    """How to fix an invalid value: the second part of each error message, after the problem."""
    for validation in content.get("validation", []):
        message = text(validation["error_message"])
        problem, _, fix = message.partition(". ")
        if not problem.startswith(f"{name}: ") or not fix or "${" in fix:
            sys.exit(f'terraform/reference: variable {name}: "{message}" has a wrong form. Write "{name}: problem. Fix."')
        yield markdown(fix)


def markdown(value):
    """Plain text as Markdown: addresses as code, pages as links."""
    value = value.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
    value = re.sub(r"(arn:[\w:/.-]*\w)", r"`\1`", value)
    value = re.sub(r"(https?://[\w.:/-]*\w/?)", r"`\1`", value)
    return re.sub(r"docs/([\w/-]+\.md)", r"[docs/\1](../\1)", value)


def row(name, content):
    rules = [] if is_object(content) else fixes(name, content)
    description = " ".join([markdown(text(content["description"])), *rules])
    return f"| `{name}` | {short_type(name, content)} | {default(content)} | {description} |"


def section(name, content):
    """The attributes of an object, and its rules."""
    rules = "".join(wrap(f"- {fix}") for fix in dict.fromkeys(fixes(name, content)))
    return f"### {name}\n\n```hcl\n{layout(type_of(content))}\n```\n{rules and chr(10)}{rules}"


def layout(kind, indent=""):
    """A type with one line for each attribute of an object."""
    if "({" not in kind:
        return kind
    start, _, rest = kind.partition("({")
    body, _, end = rest.rpartition("})")
    pairs = [member.split(" = ", 1) for member in members(body)]
    width = max(len(key) for key, value in pairs if "({" not in value)
    lines = [f"{indent}  {key if '({' in value else key.ljust(width)} = {layout(value, indent + '  ')}" for key, value in pairs]
    return "\n".join([start + "({", *lines, f"{indent}}})" + end])


def members(body):
    """The attributes of an object. A comma in parentheses does not separate two."""
    found, depth = [""], 0
    for letter in body:
        depth += (letter in "({[") - (letter in ")}]")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [member.strip() for member in found if member.strip()]


def wrap(item):
    return textwrap.fill(item, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) + "\n"


def page():
    variables, outputs = list(blocks("variable")), list(blocks("output"))
    parts = [INTRODUCTION, "## Variables\n", "| Name | Type | Default | Description |\n|---|---|---|---|"]
    parts += [row(name, content) for name, content in variables]
    parts += ["\n## Object types\n", *(section(name, content) for name, content in variables if is_object(content))]
    parts += ["## Outputs\n", "| Name | Description |\n|---|---|"]
    parts += [f"| `{name}` | {markdown(text(content['description']))} |" for name, content in outputs]
    return "\n".join(parts) + "\n"


def readme(path):
    """A README with tables of the variables and outputs beside it."""
    variables, outputs = list(blocks("variable", path.parent)), list(blocks("output", path.parent))
    lines = ["", "| Variable | Default | Description |", "|---|---|---|"]
    lines += [f"| `{name}` | {short_default(content)} | {plain(content)} |" for name, content in variables]
    lines += ["", "| Output | Description |", "|---|---|"]
    lines += [f"| `{name}` | {plain(content)} |" for name, content in outputs]
    tables = "\n".join(lines) + "\n\n"
    return TABLES.sub(lambda found: found[1] + tables + found[2], path.read_text())


def plain(content):
    return re.sub(r"(?<!`)(https?://[\w.:/-]*\w/?)", r"`\1`", text(content["description"]).replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;"))


def short_default(content):
    """A long default is in the code."""
    value = default(content)
    return value if len(value) <= 60 else "see main.tf"


def main():
    pages = {PAGE: page(), **{path: readme(path) for path in sorted(FOLDER.glob("examples/**/README.md"))}}
    for path, content in pages.items():
        if "--check" not in sys.argv:
            path.write_text(content)
        elif not path.exists() or path.read_text() != content:
            sys.exit(f"{path}: the page differs from the variables and outputs. Run terraform/reference and commit the page.")


main()
