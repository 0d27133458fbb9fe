//! Compares the channels of pipes with grants, and with those of other pipes.

use tablecast_definitions::definition::Definition;
use tablecast_definitions::grant;
use tablecast_definitions::joined::Joined;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use super::grants::{grants, may_match};

type Definitions<'d> = [(&'d DefinitionFile, Definition)];
type One<'d> = (&'d DefinitionFile, Definition);

/// Finds grants that are wider than the channels of a pipe whose subjects they match.
pub fn wide_grants<'f>(definitions: &'f Definitions<'f>) -> Vec<Problem> {
    let of_file =
        |one: &'f One<'f>| grants(&one.1).enumerate().map(move |(index, grant)| (one, index, grant));
    let all = definitions.iter().flat_map(of_file);
    all.filter_map(|(one, index, grant)| wide_grant(one, index, grant, definitions)).collect()
}

fn wide_grant(
    (file, definition): &One<'_>,
    index: usize,
    grant: &str,
    definitions: &Definitions<'_>,
) -> Option<Problem> {
    let segments = grant::segments_before_star(grant)?;
    let is_wide =
        |(_, other): &&One<'_>| segments < other.log.channel.into() && may_match(grant, &other.subject.text);
    let pipes: Vec<&One<'_>> = definitions.iter().filter(is_wide).collect();
    let path = match grants(definition).count() {
        1 => "grant".to_owned(),
        _ => format!("grant[{index}]"),
    };
    let reason = wide_reason(grant, segments, &pipes);
    (!pipes.is_empty()).then(|| Problem::new(Rule::GrantWide, &file.file, path, reason))
}

fn wide_reason(grant: &str, segments: usize, pipes: &[&One<'_>]) -> String {
    let files: Vec<&str> = pipes.iter().map(|(file, _)| file.file.as_str()).collect();
    let files = files.join(" and ");
    let channel = pipes.iter().map(|(_, definition)| definition.log.channel).max().unwrap_or_default();
    let lower = match segments {
        0 => String::new(),
        _ => format!("`log: {{ channel: {segments} }}` in {files}, or "),
    };
    format!(
        "{grant} is wider than a channel of {files}, which has {}: clients that subscribe to all of it receive live \
         events, but cannot resume. Write {lower}a grant with {} before /*",
        count(channel.into()),
        count(channel.into()),
    )
}

fn count(segments: usize) -> String {
    if segments == 1 { "1 segment".to_owned() } else { format!("{segments} segments") }
}

/// Finds pipes with another `log` than a pipe that can have the same channels.
pub fn shared_logs(definitions: &Definitions<'_>) -> Vec<Problem> {
    pairs(definitions)
        .filter(|(one, other)| may_share(&one.1, &other.1))
        .flat_map(|(one, other)| differences(one, other))
        .collect()
}

/// Finds pipes with a `state` whose subjects another state can have too.
pub fn shared_states(definitions: &Definitions<'_>) -> Vec<Problem> {
    let subject = |one: &One<'_>| Joined::parse(&one.1.subject.text).filter(|_| one.1.state.is_some());
    let is_shared = |(one, other): &(&One<'_>, &One<'_>)| {
        subject(one).zip(subject(other)).is_some_and(|(one, other)| one.may_equal(&other))
    };
    let problem = |((before, _), (file, _)): (&One<'_>, &One<'_>)| {
        let reason = format!(
            "can be a subject of {} too, and both files have a `state`: a client takes items of both tables for one, and \
             the removal of one removes it",
            before.file
        );
        Problem::new(Rule::StateShared, &file.file, "subject", reason)
    };
    pairs(definitions).filter(is_shared).map(problem).collect()
}

/// Returns each pipe with each one before it.
fn pairs<'d, 'f>(definitions: &'d Definitions<'f>) -> impl Iterator<Item = (&'d One<'f>, &'d One<'f>)> {
    let definitions = definitions.iter().enumerate().map(move |(index, one)| (&definitions[..index], one));
    definitions.flat_map(|(before, one)| before.iter().map(move |other| (other, one)))
}

/// Returns whether a channel of one pipe can be, or can contain, a channel of the other. A subject that is not
/// understood begins with anything, and causes no warning.
fn may_share(one: &Definition, other: &Definition) -> bool {
    let segments = one.log.channel.min(other.log.channel).into();
    let beginning =
        |definition: &Definition| Some(Joined::parse(&definition.subject.text)?.beginning(segments));
    beginning(one).zip(beginning(other)).is_some_and(|(one, other)| one.may_equal(&other))
}

fn differences((before, one): &One<'_>, (file, other): &One<'_>) -> impl Iterator<Item = Problem> {
    let problem = |path: &str, reason| Problem::new(Rule::LogShared, &file.file, path, reason);
    let (before, keeps) = (&before.file, (one.log.keep, other.log.keep));
    let keep = (keeps.0 != keeps.1).then(|| {
        let reason = format!(
            "is {}, but {before} has {}, and both pipes can write to the log of one channel: it keeps its oldest events \
             for {} only",
            keeps.1,
            keeps.0,
            keeps.0.min(keeps.1)
        );
        problem("log.keep", reason)
    });
    let channels = (one.log.channel, other.log.channel);
    let channel = (channels.0 != channels.1).then(|| {
        let reason = format!(
            "is {}, but {before} has {}, and the subjects of both can begin alike: clients resume these subjects from \
             logs of two widths",
            channels.1, channels.0
        );
        problem("log.channel", reason)
    });
    keep.into_iter().chain(channel)
}
