use super::events::tree;
use crate::proposal::cel_path::CelPath;
use crate::proposal::entity_events::{EntityEvents, EventKind};
use crate::proposal::property::{Property, ValueKind};
use crate::proposal::yaml_text::{yaml_expression, yaml_line};

/// Names of attributes that often grow with each change.
const VERSIONS: [&str; 6] = ["version", "revision", "updatedAt", "updated_at", "modifiedAt", "lastModified"];

/// Returns the state, or a comment with the reason why there is none.
pub fn section(entities: &[EntityEvents<'_>], obstacle: Option<&str>) -> String {
    match (obstacle, entities.first()) {
        (None, Some(events)) => state(events),
        (reason, _) => format!(
            "# No `state`, with which clients load what the items are now: {}\n\
             # (docs/reference/pipe-file.md#the-subject-of-a-state).\n",
            reason.unwrap_or("there are no items")
        ),
    }
}

fn state(events: &EntityEvents<'_>) -> String {
    let [state, removed] = [EventKind::State, EventKind::Removed].map(|kind| events.event_type(kind));
    format!(
        "# What an item is now, for clients that load it and then follow its changes. A change of `data` emits\n\
         # {state}, and the end of an item {removed}. Delete `state`, or events that nobody needs.\n\
         state:\n  type: {state}\n{}{}  data: *{}\n{}",
        condition(events),
        version(events),
        events.entity.noun,
        removed_data(events),
    )
}

/// An item that is marked as deleted is no state.
fn condition(events: &EntityEvents<'_>) -> String {
    let when = |name: &String| {
        let path = CelPath::root("item").member(name, false);
        format!("  when: {}\n", yaml_expression(&format!("!(has({path}) && {path} == true)")))
    };
    events.soft_delete.as_ref().map(when).unwrap_or_default()
}

fn version(events: &EntityEvents<'_>) -> String {
    let is_version = |property: &&Property| {
        VERSIONS.contains(&property.name.as_str())
            && matches!(property.value.kind, ValueKind::Integer | ValueKind::String)
    };
    let line = |property: &Property| {
        let path = CelPath::root("item").member(&property.name, property.is_optional).to_string();
        format!("  # {}  # if it grows with each change of an item\n", yaml_line("version", &path))
    };
    events.selection.properties.iter().find(is_version).map(line).unwrap_or_default()
}

/// Without it, the data is the key attributes as they are.
fn removed_data(events: &EntityEvents<'_>) -> String {
    let keys: Vec<Property> = events.key_properties().cloned().collect();
    let is_default = keys.len() == events.key_length()
        && keys.iter().all(|key| matches!(key.value.kind, ValueKind::String));
    match (is_default, keys.is_empty()) {
        (true, _) => String::new(),
        (false, true) => "  removed: {}\n".to_owned(),
        (false, false) => format!("  removed:\n{}", tree(&keys, &CelPath::root("keys"), 4)),
    }
}
