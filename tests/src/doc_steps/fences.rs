use std::fs;

use crate::project;

/// A fenced code block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The prose between the block before and this one, on one line.
    pub introduction: String,
    pub language: String,
    pub text: String,
}

/// The fenced code blocks of a document. Panics if a command could be overlooked: see [`parse`].
pub fn blocks(document: &str) -> Vec<Block> {
    let text = fs::read_to_string(project().join(document)).unwrap();
    parse(&text).unwrap_or_else(|(line, problem)| panic!("{document}:{line}: {problem}"))
}

/// The line and the problem of a block without a language, a block without an end, or an indented block.
fn parse(text: &str) -> Result<Vec<Block>, (usize, &'static str)> {
    let mut parser = Parser::default();
    let mut is_after_empty = true;
    for (number, line) in (1..).zip(text.lines()) {
        parser.add(line, is_after_empty).map_err(|problem| (number, problem))?;
        is_after_empty = line.trim().is_empty();
    }
    match parser.open {
        Some(_) => Err((text.lines().count(), "the code block has no end")),
        None => Ok(parser.blocks),
    }
}

#[derive(Default)]
struct Parser {
    blocks: Vec<Block>,
    prose: Vec<String>,
    /// The block that has no end yet, and how far its fence is indented.
    open: Option<(usize, Block)>,
}

impl Parser {
    fn add(&mut self, line: &str, is_after_empty: bool) -> Result<(), &'static str> {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        match (content.strip_prefix("```"), &mut self.open) {
            (Some(""), None) => return Err("the code block has no language"),
            (Some(language), None) => self.begin(indent, language),
            (Some(_), Some(_)) => self.blocks.extend(self.open.take().map(|(_, block)| block.trimmed())),
            (None, Some((indent, block))) => block.push(line.get(*indent..).unwrap_or_default()),
            (None, None) if indent >= 4 && is_after_empty => return Err("use a fence for this code block"),
            (None, None) => self.prose.push(content.trim_end().to_owned()),
        }
        Ok(())
    }

    fn begin(&mut self, indent: usize, language: &str) {
        let introduction = std::mem::take(&mut self.prose).join(" ").trim().to_owned();
        let block = Block { introduction, language: language.to_owned(), text: String::new() };
        self.open = Some((indent, block));
    }
}

impl Block {
    fn push(&mut self, line: &str) {
        self.text.extend([line, "\n"]);
    }

    fn trimmed(self) -> Self {
        Self { text: self.text.trim_end().to_owned(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block([introduction, language, text]: [&str; 3]) -> Block {
        let [introduction, language, text] = [introduction, language, text].map(str::to_owned);
        Block { introduction, language, text }
    }

    #[test]
    fn blocks_keep_their_lines_and_lose_the_indentation_of_their_list() {
        let text = "Run\nthis:\n\n```sh\ngit add .\n\ngit commit\n```\n\n1. Then:\n\n   ```json\n   {\n     \"a\": 1\n   }\n   ```\n";
        let blocks = [
            block(["Run this:", "sh", "git add .\n\ngit commit"]),
            block(["1. Then:", "json", "{\n  \"a\": 1\n}"]),
        ];
        assert_eq!(parse(text).unwrap(), blocks);
    }

    #[test]
    fn code_that_could_be_overlooked_is_a_problem() {
        for (text, line, problem) in [
            ("Run:\n\n```\nls\n```\n", 3, "the code block has no language"),
            ("Run:\n\n```sh\nls\n", 4, "the code block has no end"),
            ("Run:\n\n    ls\n", 3, "use a fence for this code block"),
        ] {
            assert_eq!(parse(text), Err((line, problem)), "{text}");
        }
    }
}
