//! A mistake in a pipe file or schema: rule, place and reason.

mod rule;

use std::fmt;

pub use rule::Rule;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub rule: Rule,
    pub file: String,
    pub line: Option<u64>,
    /// The place in the file: `events[0].data.total` in YAML, `/properties/total` in JSON. Empty for the
    /// whole file.
    pub path: String,
    pub reason: String,
}

/// A file of `pipes/` or `schemas/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionFile {
    /// The path that messages show.
    pub file: String,
    /// The file name without its extension: the pipe's name, or the event type.
    pub name: String,
    pub text: String,
}

impl Problem {
    pub fn new(rule: Rule, file: &str, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { rule, file: file.to_owned(), line: None, path: path.into(), reason: reason.into() }
    }

    pub fn at(self, line: impl Into<Option<u64>>) -> Self {
        Self { line: line.into(), ..self }
    }
}

/// Joins problems, one on each line.
pub fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        match self.path.as_str() {
            "" => write!(out, ": {}", self.reason),
            path => write!(out, ": {path}: {}", self.reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_is_a_line_with_its_file_line_and_path() {
        let problem = Problem::new(Rule::PipeFile, "a.yaml", "", "is empty");
        let problems = [problem.clone().at(7), Problem { path: "let.x".to_owned(), ..problem }];
        assert_eq!(lines(&problems), "a.yaml:7: is empty\na.yaml: let.x: is empty");
        assert_eq!(lines(&[]), "");
    }
}
