//! The event sources, one for each pipe: how long its log keeps events, and how its subjects begin.

use std::time::Duration;

use crate::definition::{Definition, Log};
use crate::problem::{Problem, Rule, Source as File};
use crate::text;
use tablecast_protocol::event;
use tablecast_protocol::subject::Pattern;

/// All pipes, in the order of their names.
#[derive(Debug, Clone)]
pub struct Sources(Vec<Source>);

/// A pipe, as the source of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub pipe: String,
    /// How long its log keeps an event.
    pub keep: Duration,
    /// How all its subjects begin.
    begins: String,
}

impl Sources {
    pub fn compile(pipes: &[File]) -> Result<Self, Vec<Problem>> {
        let (mut sources, mut problems) = (Vec::new(), Vec::new());
        for file in pipes {
            match source(file) {
                Ok(source) => sources.push(source),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(sources)) } else { Err(problems) }
    }

    /// How long a pipe's log keeps an event; of a pipe that is not known here yet, as long as of one that does not say.
    pub fn keep(&self, pipe: &str) -> Duration {
        let known = self.0.iter().find(|source| source.pipe == pipe);
        known.map_or_else(|| Log::default().keep.duration(), |source| source.keep)
    }

    /// The sources whose events one of the patterns can match.
    pub fn matching<'s>(&'s self, patterns: &'s [Pattern]) -> impl Iterator<Item = &'s Source> {
        self.0.iter().filter(|source| patterns.iter().any(|pattern| source.may_match(pattern)))
    }
}

impl Source {
    /// CloudEvents `source`.
    pub fn name(&self) -> String {
        event::source(&self.pipe)
    }

    fn may_match(&self, pattern: &Pattern) -> bool {
        let begins = self.begins.as_str();
        match pattern.as_str().strip_suffix('*') {
            Some(prefix) => prefix.starts_with(begins) || begins.starts_with(prefix),
            None => pattern.as_str().starts_with(begins),
        }
    }
}

fn source(file: &File) -> Result<Source, Problem> {
    let unreadable =
        |(line, reason): (Option<u64>, String)| Problem::new(Rule::PipeFile, &file.file, "", reason).at(line);
    let definition = Definition::parse(&file.text).map_err(unreadable)?;
    let begins = beginning(&definition.subject.text);
    Ok(Source { pipe: file.name.clone(), keep: definition.log.keep.duration(), begins })
}

/// The texts before the first value of a subject. It is empty where an operator other than `+` makes it unclear.
fn beginning(subject: &str) -> String {
    let (mut texts, mut rest) = (String::new(), subject.trim_start());
    while let Some(Ok((text, after))) = text::literal(rest) {
        texts.push_str(&text);
        match after.trim_start().strip_prefix('+') {
            Some(next) => rest = next.trim_start(),
            None => return if after.trim().is_empty() { texts } else { String::new() },
        }
    }
    if only_joins(rest) { texts } else { String::new() }
}

/// Whether `+` is the only operator outside of brackets and texts.
fn only_joins(mut rest: &str) -> bool {
    let mut depth = 0_usize;
    while let Some(letter) = rest.chars().next() {
        rest = match text::literal(rest) {
            Some(Ok((_, after))) => after,
            Some(Err(_)) => return false,
            None if depth == 0 && is_other_operator(rest) => return false,
            None => {
                depth = match letter {
                    '(' | '[' | '{' => depth + 1,
                    ')' | ']' | '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                &rest[letter.len_utf8()..]
            }
        };
    }
    true
}

fn is_other_operator(rest: &str) -> bool {
    let is_optional_field =
        rest.starts_with('?') && rest[1..].starts_with(|next: char| next.is_ascii_alphabetic());
    rest.starts_with(" in ")
        || (rest.starts_with(['=', '!', '<', '>', '&', '|', '?', ':', '-', '*', '/', '%'])
            && !is_optional_field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(subjects: &[(&str, &str)]) -> Sources {
        let file = |(name, subject): &(&str, &str)| File {
            file: format!("{name}.yaml"),
            name: (*name).to_owned(),
            text: format!("table: orders\nsubject: '{subject}'\nevents: []\nlog: {{ keep: 2d }}\n"),
        };
        Sources::compile(&subjects.iter().map(file).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_pattern_concerns_the_pipes_whose_subjects_it_may_match() {
        let sources = sources(&[
            ("any", r#"item.kind + "/" + item.id"#),
            ("orders", r#""orders/" + item.tenant + "/" + item.id"#),
            ("profiles", r#""profiles/" + keys.id"#),
        ]);
        for (pattern, expected) in [
            ("*", vec!["any", "orders", "profiles"]),
            ("orders/*", vec!["any", "orders"]),
            ("orders/acme/*", vec!["any", "orders"]),
            ("orders/acme/1", vec!["any", "orders"]),
            ("profiles/ada", vec!["any", "profiles"]),
            ("profiles", vec!["any"]),
            ("ordersx/*", vec!["any"]),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            let asked = [pattern.clone()];
            let names: Vec<_> = sources.matching(&asked).map(|source| source.pipe.as_str()).collect();
            assert_eq!(names, expected, "{pattern}");
        }
    }

    #[test]
    fn a_source_is_named_as_its_events_name_it_and_keeps_them_as_long_as_its_file_says() {
        let sources = sources(&[("orders", r#""orders/" + item.id"#)]);
        assert_eq!(sources.0[0].name(), "tablecast/orders");
        assert_eq!(sources.keep("orders"), Duration::from_secs(172_800));
        assert_eq!(sources.keep("profiles"), Duration::from_secs(604_800));
    }
}
