//! Finds unknown and missing keys, and values of another form, before a pipe file is read. So an author gets
//! all of these problems at once, in the words of the documentation.
//!
//! # Layout
//! - `form`: the forms of values
//! - `file`: the form of a pipe file
//! - `compare`: compares a file with the form; `words`: the reasons
//! - `marks`: tags and anchors

mod compare;
mod file;
mod form;
mod marks;
#[cfg(test)]
mod tests;
mod words;

use serde_saphyr::Spanned;

use crate::yaml::Node;
use compare::Comparison;

/// A mistake in the syntax of a pipe file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    pub line: Option<u64>,
    /// The place in the file: `events[0].data`. Empty for the whole file.
    pub path: String,
    pub reason: String,
}

pub fn problems(yaml: &str) -> Vec<SyntaxProblem> {
    let tree: Spanned<Node> = match serde_saphyr::from_str(yaml) {
        Ok(tree) => tree,
        Err(error) => return vec![not_yaml(&error)],
    };
    let mut problems = marks::problems(yaml, &tree);
    let mut comparison = Comparison::default();
    comparison.compare(&tree, &file::PIPE_FILE, "");
    // The rest of a text after its tag can have any form.
    let is_marked = |path: &str| problems.iter().any(|problem: &SyntaxProblem| problem.path == path);
    let others = comparison.problems.into_iter().filter(|problem| !is_marked(&problem.path));
    let others: Vec<_> = others.collect();
    problems.extend(others);
    problems
}

fn not_yaml(error: &serde_saphyr::Error) -> SyntaxProblem {
    let line = error.location().map(|location| location.line());
    let message = error.without_snippet().to_string().replace('\n', " ");
    // The problem has the line already.
    let message = message.split(" at line ").next().unwrap_or_default();
    let reason = match message.strip_prefix("duplicate mapping key: ").and_then(|rest| rest.split(',').next())
    {
        Some(key) => format!("the key \"{key}\" occurs twice: keep one of them"),
        None => format!("is not YAML: {message}{}", advice(message)),
    };
    SyntaxProblem { line, path: String::new(), reason }
}

/// An expression without quotes is the most frequent reason.
fn advice(message: &str) -> &'static str {
    let is_unquoted =
        message.contains("trailing content") || message.contains("mapping values are not allowed");
    match message {
        _ if is_unquoted => {
            ". Put an expression that holds quotes, `: ` or `#` in single quotes, such as 'item.a == \"b\"'"
        }
        _ if ["tag", "handle"].iter().any(|word| message.contains(word)) => {
            ". Put an expression that begins with ! in single quotes"
        }
        _ if message.contains("anchor") => ". Put a text that begins with * or & in quotes",
        _ => "",
    }
}
