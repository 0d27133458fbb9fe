use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use super::changes::removed;
use super::{removed_states, unused};

/// Finds pipe files that are gone, and whose readers had no notice: those with a state, and those with an event on the
/// bus that the earlier schemas did not deprecate.
pub fn removed_pipes(
    before: &[DefinitionFile],
    schemas: &[DefinitionFile],
    now: &[DefinitionFile],
) -> Vec<Problem> {
    let deprecated: BTreeSet<&str> =
        schemas.iter().filter(|file| is_deprecated(file)).map(|file| &*file.name).collect();
    let of_pipe = |(file, definition): (&DefinitionFile, Definition)| {
        let state = definition.state.as_ref().map(|state| {
            let reason = removed_states::reason(&state.event_type.text, None);
            Problem::new(Rule::StateRemoved, &file.file, "state.type", reason)
        });
        let missed =
            unused::emitted(&definition).into_iter().find(|name| !deprecated.contains(name.as_str()));
        let bus = missed
            .filter(|_| definition.bus)
            .map(|name| Problem::new(Rule::BusRemoved, &file.file, "", bus(&name)));
        [state, bus].into_iter().flatten().collect::<Vec<_>>()
    };
    removed(before, now).into_iter().flat_map(of_pipe).collect()
}

fn is_deprecated(schema: &DefinitionFile) -> bool {
    serde_json::from_str::<Json>(&schema.text).is_ok_and(|document| document["deprecated"] == true)
}

fn bus(event_type: &str) -> String {
    format!(
        "was removed: other teams no longer receive its events, and no earlier version deprecated {event_type}"
    )
}
