//! Compares `log` and `bus` of pipe files with earlier ones. The pipe of a table keeps its logs if its file has another name.

use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use super::changes::{Change, changes};
use crate::lines;
use crate::yaml::YamlTree;

/// Finds pipes whose channels have another number of segments than before.
pub fn changed_channels(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let problem = |change: Change<'_>| {
        let [was, is] = change.both(|definition| definition.log.channel);
        let [was_default, is_default] = is_default(&change, "log.channel");
        let reason = format!(
            "was {was}{was_default} and is {is}{is_default} now. So events have other sources, and new logs begin. \
             Clients that reconnect with a position from before receive `recovered: false` once, with the reason \
             `position-unknown` or `epoch-changed`, and load the state"
        );
        (was != is).then(|| Problem::new(Rule::LogChannelChanged, &change.now.0.file, "log.channel", reason))
    };
    lines::with_lines(changes(before, now).into_iter().filter_map(problem).collect(), now)
}

/// Finds pipes whose logs keep events for another time than before.
pub fn changed_keeps(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let problem = |change: Change<'_>| {
        let [was, is] = change.both(|definition| definition.log.keep);
        let [was_default, is_default] = is_default(&change, "log.keep");
        let reason = format!(
            "was {was}{was_default} and is {is}{is_default} now: gradually, because events that are in the log keep \
             their time. Clients can resume for the shorter of both until the events from before have expired"
        );
        (was != is).then(|| Problem::new(Rule::LogKeepChanged, &change.now.0.file, "log.keep", reason))
    };
    lines::with_lines(changes(before, now).into_iter().filter_map(problem).collect(), now)
}

/// Finds pipes whose events are no longer on the bus.
pub fn removed_buses(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let problem = |change: Change<'_>| {
        let is_removed = change.before.1.bus && !change.now.1.bus;
        let reason = "is false now: other teams no longer receive the events of this pipe";
        is_removed.then(|| Problem::new(Rule::BusRemoved, &change.now.0.file, "bus", reason))
    };
    lines::with_lines(changes(before, now).into_iter().filter_map(problem).collect(), now)
}

/// Returns an addition for each file that does not write the value.
fn is_default(change: &Change<'_>, path: &str) -> [&'static str; 2] {
    let writes = |file: &DefinitionFile| YamlTree::parse(&file.text).is_some_and(|tree| tree.has(path));
    [&change.before, &change.now].map(|(file, _)| if writes(file) { "" } else { " (the default)" })
}
