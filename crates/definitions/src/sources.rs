//! The event sources, one for each pipe: how long its log keeps events, and the prefix of its subjects.

use std::time::Duration;

use tablecast_protocol::event;
use tablecast_protocol::subject::Pattern;

use crate::definition::{Definition, Log};
use crate::joined::is_other_operator;
use crate::problem::{DefinitionFile as File, Problem, Rule};
use crate::text;

/// All sources, sorted by pipe.
#[derive(Debug, Clone)]
pub struct Sources(Vec<Source>);

/// A pipe as the source of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub pipe: String,
    /// How long its log keeps events.
    pub keep: Duration,
    /// The common prefix of its subjects.
    prefix: String,
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

    /// How long a pipe's log keeps events. The default for a pipe that these files do not have yet.
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
        let own = self.prefix.as_str();
        match pattern.as_str().strip_suffix('*') {
            Some(prefix) => prefix.starts_with(own) || own.starts_with(prefix),
            None => pattern.as_str().starts_with(own),
        }
    }
}

fn source(file: &File) -> Result<Source, Problem> {
    let unreadable =
        |(line, reason): (Option<u64>, String)| Problem::new(Rule::PipeFile, &file.file, "", reason).at(line);
    let definition = Definition::parse(&file.text).map_err(unreadable)?;
    let prefix = prefix(&definition.subject.text);
    Ok(Source { pipe: file.name.clone(), keep: definition.log.keep.duration(), prefix })
}

/// The literals before the first value of a subject. Empty if another operator than `+` makes the prefix
/// unclear.
fn prefix(subject: &str) -> String {
    // A parenthesis around the whole subject changes nothing.
    let (mut texts, mut rest) = (String::new(), subject.trim_start_matches(['(', ' ', '\n']));
    while let Some(Ok((text, after))) = text::literal(rest) {
        texts.push_str(&text);
        match after.trim_start().strip_prefix('+') {
            Some(next) => rest = next.trim_start(),
            None => return if after.trim().is_empty() { texts } else { String::new() },
        }
    }
    if only_joins(rest) { texts } else { String::new() }
}

/// Returns whether `+` is the only operator outside of brackets and texts.
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
    fn a_pattern_selects_the_sources_whose_subjects_it_can_match() {
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
            let patterns = [pattern.clone()];
            let names: Vec<_> = sources.matching(&patterns).map(|source| source.pipe.as_str()).collect();
            assert_eq!(names, expected, "{pattern}");
        }
    }

    #[test]
    fn a_source_has_the_name_of_its_events_and_the_retention_of_its_file() {
        let sources = sources(&[("orders", r#""orders/" + item.id"#)]);
        assert_eq!(sources.0[0].name(), "tablecast/orders");
        assert_eq!(sources.keep("orders"), Duration::from_secs(172_800));
        assert_eq!(sources.keep("profiles"), Duration::from_secs(604_800));
    }

    #[test]
    fn the_prefix_of_a_subject_is_its_leading_literals() {
        for (subject, expected) in [
            (r#""orders/" + item.tenant"#, "orders/"),
            (r#"'a' + "/b/" + item.id"#, "a/b/"),
            (r#""orders""#, "orders"),
            (r#""n/" + string(item.n + 1)"#, "n/"),
            (r#""n/" + (item.old ? "x" : "y")"#, "n/"),
            (r#""n/" + item.?id"#, "n/"),
            (r#""n/" + item.?_id"#, "n/"),
            (r#"("orders/" + item.id)"#, "orders/"),
            (r#"item.tenant + "/x""#, ""),
            // Other operators than `+` join the literal with something else.
            (r#""vip" == item.kind ? "vip" : "other""#, ""),
            (r#""a" + item.x == "ab" ? "c" : "d""#, ""),
            (r#"("a" + item.x) == "ab" ? "c" : "d""#, ""),
            (r#""a" + item.x in item.list"#, ""),
        ] {
            assert_eq!(prefix(subject), expected, "{subject}");
        }
    }
}
