//! Suggestions for a developer with own pipe files: an identity, a subject and a write.

use crate::examples::{Example, Operation};
use crate::identity::Identity;
use crate::pipe_file::PipeFile;

/// A longer item is no help on a terminal. The page shows it.
const MAX_ITEM_BYTES: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hints {
    pub identity: Identity,
    /// A pattern that the identity is granted, if there is one.
    pub pattern: Option<String>,
    pub write: Option<Write>,
}

/// An item whose write causes an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    pub table: String,
    /// DynamoDB's JSON on one line.
    pub item: String,
    pub emits: Vec<String>,
}

impl Hints {
    /// Prefers a pipe with both a granted pattern and a write whose event the pattern contains.
    pub fn new(pipes: &[PipeFile]) -> Self {
        let identity = Identity::suggest(pipes);
        let both = pipes.iter().find_map(|pipe| pattern_and_write(pipe, &identity));
        let (pattern, write) = both.map_or_else(
            || {
                let pattern = pipes.iter().find_map(|pipe| identity.granted(pipe).into_iter().next());
                (pattern, pipes.iter().find_map(|pipe| pipe.examples.iter().find_map(|it| write(pipe, it))))
            },
            |(pattern, write)| (Some(pattern), Some(write)),
        );
        Self { identity, pattern, write }
    }
}

fn pattern_and_write(pipe: &PipeFile, identity: &Identity) -> Option<(String, Write)> {
    let granted = identity.granted(pipe);
    pipe.examples.iter().find_map(|example| {
        let subject = example.subject.as_deref()?;
        let pattern = granted.iter().find(|pattern| contains(pattern, subject))?;
        Some((pattern.clone(), write(pipe, example)?))
    })
}

fn contains(pattern: &str, subject: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => subject.starts_with(prefix),
        None => pattern == subject,
    }
}

/// Only for tables that the local mode creates itself.
fn write(pipe: &PipeFile, example: &Example) -> Option<Write> {
    let item = on_one_line(example.item.get());
    let is_possible = example.operation == Operation::PutItem && pipe.definition.keys.is_some();
    let table = pipe.definition.table.clone();
    (is_possible && item.len() <= MAX_ITEM_BYTES).then(|| Write { table, item, emits: example.emits.clone() })
}

/// Removes white space between the tokens of a JSON text.
fn on_one_line(json: &str) -> String {
    let (mut in_text, mut is_escaped) = (false, false);
    let keep = |letter: &char| {
        let is_kept = in_text || !letter.is_ascii_whitespace();
        in_text ^= *letter == '"' && !is_escaped;
        is_escaped = in_text && *letter == '\\' && !is_escaped;
        is_kept
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_on_one_line_keeps_white_space_in_texts() {
        let json = "{\n  \"a\": { \"S\": \"x \\\" y\" },\n  \"b\\\\\": [ 1, 2 ]\n}";
        assert_eq!(on_one_line(json), r#"{"a":{"S":"x \" y"},"b\\":[1,2]}"#);
    }
}
