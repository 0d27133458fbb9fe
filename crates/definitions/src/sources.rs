//! Where events come from: the channels of each pipe, how long their logs keep events, and the prefix of the
//! pipe's subjects.

use std::collections::BTreeSet;
use std::time::Duration;

use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::subject::Pattern;

use crate::definition::{Definition, Log};
use crate::joined::is_other_operator;
use crate::problem::{DefinitionFile as File, Problem, Rule};
use crate::text;

/// The sources of all pipes, sorted by pipe.
#[derive(Debug, Clone)]
pub struct Sources(Vec<Source>);

/// A pipe as the source of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub pipe: String,
    /// How long its logs keep events, and the segments of its channels.
    log: Log,
    /// The common prefix of its subjects.
    prefix: String,
}

/// Where the events come from that patterns can match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Channels that hold all events of a pattern. Each has a log.
    pub channels: BTreeSet<Channel>,
    /// Patterns that are wider than the channels of a pipe. Their events have no common log.
    pub wide: BTreeSet<Pattern>,
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

    /// How long a pipe's logs keep events. The default for a pipe that these files do not have yet.
    pub fn keep(&self, pipe: &str) -> Duration {
        let known = self.0.iter().find(|source| source.pipe == pipe);
        known.map_or_else(Log::default, |source| source.log).keep.duration()
    }

    /// The channels whose events the patterns can match.
    pub fn of<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Origins {
        let mut origins = Origins::default();
        for pattern in patterns {
            for source in self.0.iter().filter(|source| source.may_match(pattern)) {
                match Channel::of_pattern(pattern, source.log.channel.into()) {
                    Some(channel) => drop(origins.channels.insert(channel)),
                    None => drop(origins.wide.insert(pattern.clone())),
                }
            }
        }
        origins
    }
}

impl Origins {
    /// Returns whether a source is that of a wide pattern, or of a channel in it.
    pub fn is_wide(&self, source: &str) -> bool {
        let channel = Channel::of_source(source);
        let has = |pattern: &Pattern| {
            wide_source(pattern) == source || channel.as_ref().is_some_and(|channel| channel.is_in(pattern))
        };
        self.wide.iter().any(has)
    }
}

impl Source {
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
    Ok(Source { pipe: file.name.clone(), log: definition.log, prefix })
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
                depth = text::depth_after(depth, letter);
                &rest[letter.len_utf8()..]
            }
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(pipes: &[(&str, &str, u8)]) -> Sources {
        let file = |(name, subject, channel): &(&str, &str, u8)| File {
            file: format!("{name}.yaml"),
            name: (*name).to_owned(),
            text: format!(
                "table: orders\nsubject: '{subject}'\nevents: []\nlog: {{ keep: 2d, channel: {channel} }}\n"
            ),
        };
        Sources::compile(&pipes.iter().map(file).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_pattern_has_the_channels_of_the_pipes_whose_subjects_it_can_match() {
        let sources = sources(&[
            ("any", r#"item.kind + "/" + item.id"#, 1),
            ("orders", r#""orders/" + item.tenant + "/" + item.id"#, 2),
            ("profiles", r#""profiles/" + keys.id"#, 2),
        ]);
        for (pattern, channels, wide) in [
            ("*", vec![], vec!["*"]),
            ("orders/*", vec!["orders"], vec!["orders/*"]),
            ("orders/acme/*", vec!["orders", "orders/acme"], vec![]),
            ("orders/acme/1", vec!["orders", "orders/acme"], vec![]),
            ("profiles/ada", vec!["profiles", "profiles/ada"], vec![]),
            ("profiles", vec!["profiles"], vec![]),
            ("ordersx/*", vec!["ordersx"], vec![]),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            let origins = sources.of([&pattern]);
            let names: Vec<_> = origins.channels.iter().map(Channel::to_string).collect();
            assert_eq!(names, channels, "{pattern}");
            let patterns: Vec<_> = origins.wide.iter().map(Pattern::as_str).collect();
            assert_eq!(patterns, wide, "{pattern}");
        }
    }

    #[test]
    fn a_source_in_a_wide_pattern_has_no_log_of_its_own() {
        let sources = sources(&[("orders", r#""orders/" + item.tenant + "/" + item.id"#, 2)]);
        let pattern = Pattern::parse("orders/*").unwrap();
        let origins = sources.of([&pattern]);
        for (source, is_wide) in [
            ("tablecast/orders/*", true),
            ("tablecast/orders/acme", true),
            ("tablecast/orders", false),
            ("tablecast/profiles/ada", false),
            ("orders/acme", false),
        ] {
            assert_eq!(origins.is_wide(source), is_wide, "{source}");
        }
    }

    #[test]
    fn events_are_kept_for_the_time_of_the_pipe_file() {
        let sources = sources(&[("orders", r#""orders/" + item.id"#, 2)]);
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
            (r#""a" + string(item.x) == "ab" ? "c" : "d""#, ""),
        ] {
            assert_eq!(prefix(subject), expected, "{subject}");
        }
    }
}
