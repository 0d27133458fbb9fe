//! The schemas of control events. They are part of tablecast, so every catalogue has them, whatever is in the
//! project's folder.

use tablecast_definitions::problem::DefinitionFile;

macro_rules! control {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../schemas/", $name, ".json")))
    };
}

const ALL: [(&str, &str); 10] = [
    control!("tablecast.error.v1"),
    control!("tablecast.event-too-large.v1"),
    control!("tablecast.pong.v1"),
    control!("tablecast.reconnect.v1"),
    control!("tablecast.refreshed.v1"),
    control!("tablecast.refused.v1"),
    control!("tablecast.resumed.v1"),
    control!("tablecast.state.v1"),
    control!("tablecast.subscribed.v1"),
    control!("tablecast.unsubscribed.v1"),
];

/// Returns the schemas of a project with those that it lacks.
pub fn with_controls(schemas: &[DefinitionFile]) -> Vec<DefinitionFile> {
    let is_missing = |name: &str| !schemas.iter().any(|schema| schema.name == name);
    let missing = ALL.iter().filter(|(name, _)| is_missing(name)).map(|(name, text)| DefinitionFile {
        file: format!("schemas/{name}.json"),
        name: (*name).to_owned(),
        text: (*text).to_owned(),
    });
    let mut all: Vec<_> = schemas.iter().cloned().chain(missing).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tablecast_definitions::folder;

    use super::*;

    #[test]
    fn every_control_event_is_built_in() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"));
        let files = folder::read(folder, "json").unwrap();
        let controls = files.into_iter().filter(|file| file.name.starts_with("tablecast."));
        let mut names: Vec<_> = controls.map(|file| file.name).collect();
        names.sort();
        assert_eq!(names, ALL.map(|(name, _)| name));
    }
}
