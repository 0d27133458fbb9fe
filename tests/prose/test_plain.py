"""Tests of the package `plain`."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from plain import commands, comments, constants, files, links, markdown, rules, sentences
from plain.report import COMMENTS, MARKDOWN, Row


def of_markdown(text):
    return [sentence for _, sentence in sentences.split(markdown.prose(text))]


def of_comments(kind, text):
    return list(sentences.split(comments.prose(kind, text)))


class Sentences(unittest.TestCase):
    def test_a_paragraph_has_its_line_and_its_sentences(self):
        text = "# Title\n\nThe first sentence is\nhere. The second (with `code`) follows.\n"
        self.assertEqual(
            list(sentences.split(markdown.prose(text))),
            [(3, "The first sentence is here."), (3, "The second (with code) follows.")],
        )

    def test_code_html_comments_and_table_heads_are_left_out(self):
        text = "```sh\nWho is gone is forgotten.\n```\n\n<!-- Who is\ngone is here. -->\n\n| Who is it | b |\n|---|---|\n| a cell of text | d |\n"
        self.assertEqual(of_markdown(text), ["a cell of text"])

    def test_list_items_are_separate(self):
        self.assertEqual(of_markdown("- one item of three\n  or four\n- another item here\n"), ["one item of three or four", "another item here"])

    def test_an_abbreviation_does_not_end_a_sentence(self):
        self.assertEqual(of_markdown("Use a name, e.g. Ada or Bob.\n"), ["Use a name, e.g. Ada or Bob."])

    def test_comments_of_rust_are_paragraphs(self):
        text = '//! One line of\n//! two lines.\n//!\n//! ```\n//! let it = be;\n//! ```\n\n/// Another comment is here.\nlet a = "// no comment at all";\n'
        self.assertEqual(of_comments("slashes", text), [(1, "One line of two lines."), (8, "Another comment is here.")])

    def test_block_comments_of_typescript_are_read(self):
        text = "/**\n * Returns the `value` of it.\n *\n * @param name the name of it\n */\n"
        self.assertEqual(of_comments("slashes", text), [(2, "Returns the value of it."), (4, "the name of it")])

    def test_comments_and_docstrings_of_python_are_read(self):
        text = '"""Reads a file now."""\n# A comment is here.\nx = 1\n'
        self.assertEqual(of_comments("python", text), [(1, "Reads a file now."), (2, "A comment is here.")])

    def test_descriptions_of_terraform_are_read(self):
        text = '# A comment is here.\nvariable "a" {\n  description = "The \\"name\\" of it."\n}\n'
        self.assertEqual(of_comments("terraform", text), [(1, "A comment is here."), (3, 'The "name" of it.')])


class Rules(unittest.TestCase):
    def test_headless_starts_are_found(self):
        for sentence in ("Who is gone is forgotten.", "Whoever comes back.", "Of each the last.", "What it costs is small.", "Nor is it."):
            self.assertIsNotNone(rules.headless(sentence, markdown=False), sentence)

    def test_markdown_has_more_headless_starts(self):
        for sentence in ("That a client overtakes itself is normal.", "Where frames are posted.", "Not to ask for tokens is opt-in."):
            self.assertIsNone(rules.headless(sentence, markdown=False), sentence)
            self.assertIsNotNone(rules.headless(sentence, markdown=True), sentence)

    def test_normal_starts_are_no_problem(self):
        for sentence in ("The client stops.", "Of course it stops.", "That is why.", "Where possible, use it.", "Normally it stops.", "What is it?"):
            self.assertIsNone(rules.headless(sentence, markdown=True), sentence)

    def test_a_sentence_of_31_words_is_long(self):
        self.assertIsNone(rules.long("word " * 30))
        self.assertIn("31 words", rules.long("word " * 31))

    def test_tell_and_say_are_found_as_words(self):
        self.assertIsNotNone(rules.tell("The log says it."))
        self.assertIsNone(rules.tell("An essay is here."))


class Goals(unittest.TestCase):
    def test_one_headless_sentence_fails_markdown(self):
        row = Row("docs", MARKDOWN, [("a.md", 1, "Who is gone is forgotten.")] + [("a.md", 2, "The client stops.")] * 200)
        self.assertEqual(row.failed(), ["headless"])
        self.assertIn("a.md:1: sentence starts with", row.findings["headless"][0])

    def test_comments_may_have_less_than_one_percent(self):
        normal = [("a.rs", 2, "The client stops.")]
        headless = [("a.rs", 1, "Who is gone is forgotten.")]
        self.assertEqual(Row("comments", COMMENTS, headless + normal * 100).failed(), [])
        self.assertEqual(Row("comments", COMMENTS, headless + normal * 99).failed(), ["headless"])

    def test_an_empty_row_meets_its_goals(self):
        self.assertEqual(Row("comments", COMMENTS, []).failed(), [])


def problems_in_files(check, **contents):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in contents.items():
            path = Path(folder, name.replace("__", "/").replace("_md", ".md").replace("_rs", ".rs"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        return [(name, line, problem.split(".")[0]) for name, line, problem in check(folder, files.listed(folder))]


class Constants(unittest.TestCase):
    def problems(self, source):
        page = f"| size | 32 KB | refused | {source} |\n"
        code = "pub const MAX_BYTES: usize = 1;\nconst MAX_TYPES: usize = 2;\n"
        return problems_in_files(constants.check, docs__reference__limits_md=page, crates__a__lib_rs=code)

    def test_constants_of_the_named_folder_are_no_problem(self):
        for source in ("`MAX_BYTES`, crates/a", "AWS; `MAX_BYTES`, `MAX_TYPES` of types, crates/a", "AWS: API Gateway"):
            self.assertEqual(self.problems(source), [], source)

    def test_other_constants_and_folders_are_problems(self):
        self.assertEqual(self.problems("`MAX_BYTES`, `GONE`, crates/a"), [("docs/reference/limits.md", 1, "crates/a has no constant GONE")])
        self.assertEqual(self.problems("`MAX_BYTES`, crates/b"), [("docs/reference/limits.md", 1, "crates/b has no constant MAX_BYTES")])


class Commands(unittest.TestCase):
    def problems(self, text):
        return [found[1:] for found in problems_in_files(commands.check, page_md=text)]

    def test_an_installed_client_is_no_problem(self):
        self.assertEqual(self.problems("npm install x.tgz\nnpx --no-install tablecast-client generate\n"), [])

    def test_a_client_of_the_registry_is_a_problem(self):
        stranger = "npx installs what a stranger publishes as tablecast-client"
        self.assertEqual(self.problems("npm install x.tgz\nnpx tablecast-client generate\n"), [(2, stranger)])
        self.assertEqual(self.problems("npx --no-install tablecast-client generate\n"), [(1, "the client is not installed here")])


class Links(unittest.TestCase):
    def problems(self, **contents):
        return problems_in_files(links.check, **contents)

    def test_existing_files_and_anchors_are_no_problem(self):
        page = "# One & two\n\n## The `code`\n\n## The code\n\n[a](other.md#one--two) [b](#the-code-1) [c](https://example.com/x) [d](.)\n"
        self.assertEqual(self.problems(docs__page_md=page, docs__other_md="# One & two\n"), [])

    def test_missing_files_and_anchors_are_problems(self):
        page = "# Page\n\n[a](missing.md)\n[b](other.md#nowhere)\n"
        expected = [("docs/page.md", 3, "docs/missing"), ("docs/page.md", 4, "docs/other")]
        self.assertEqual(self.problems(docs__page_md=page, docs__other_md="# Other\n"), expected)

    def test_links_in_code_are_not_links(self):
        self.assertEqual(self.problems(page_md="`[a](b.md)`\n\n```md\n[a](b.md)\n```\n"), [])

    def test_a_path_in_a_comment_must_exist(self):
        text = "// See docs/page.md#page and crates/a/src/gone.rs for more.\n"
        found = self.problems(crates__a__lib_rs=text, docs__page_md="# Page\n")
        self.assertEqual(found, [("crates/a/lib.rs", 1, "crates/a/src/gone")])

    def test_a_page_in_a_message_must_exist(self):
        found = self.problems(crates__a__lib_rs='let text = "see docs/' + 'guides/gone.md";\n')
        self.assertEqual(found, [("crates/a/lib.rs", 1, "docs/guides/gone")])


if __name__ == "__main__":
    unittest.main()
