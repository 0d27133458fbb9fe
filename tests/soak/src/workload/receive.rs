//! Reads a CloudEvent, and checks it against its schema.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_tests::project;

use super::digest::digest;
use super::item::CANARY;
use crate::oracle::observations::{Received, Time};

const NOTICE: &str = "tablecast.event-too-large.v1";

/// The schemas as they are in the repository, whatever the system uses.
pub struct Schemas(HashMap<String, jsonschema::Validator>);

impl Schemas {
    pub fn load() -> Self {
        let folders = [project().join("schemas"), project().join("tests/soak/schemas")];
        Self(folders.iter().flat_map(|folder| of_folder(folder)).collect())
    }

    /// Returns an error if it is no event.
    pub fn receive(&self, mut event: Value, at: Time) -> Result<Received, String> {
        let fault = self.fault_of(&event);
        let data = event["data"].take();
        let text = |name: &str| event[name].as_str().map(str::to_owned);
        let required = |name: &str| text(name).ok_or_else(|| format!("{name} is missing in {event}"));
        let (id, subject, event_type) = (required("id")?, required("subject")?, required("type")?);
        let mut received = Received { id, subject, event_type, fault, at, ..Received::default() };
        received.source = required("source")?;
        received.sequence = text("sequence").unwrap_or_default();
        received.position = text("position").map(|position| position.parse()).transpose()?;
        received.is_late = event["late"] == true;
        received.version = version(&event, &data).unwrap_or_default();
        received.data = shortened(data);
        Ok(if received.event_type == NOTICE { of_notice(received) } else { received })
    }

    fn fault_of(&self, event: &Value) -> Option<String> {
        if event.to_string().contains(CANARY) {
            return Some("it has an attribute that no pipe file lists".to_owned());
        }
        let event_type = event["type"].as_str().unwrap_or_default();
        let Some(schema) = self.0.get(event_type) else { return Some(format!("{event_type} has no schema")) };
        schema.validate(&event["data"]).err().map(|error| error.to_string())
    }
}

fn of_folder(folder: &Path) -> Vec<(String, jsonschema::Validator)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let schemas = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let load = |path: std::path::PathBuf| {
        let schema: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), validator)
    };
    schemas.map(load).collect()
}

/// The event of a removed state has its version among its attributes only.
fn version(event: &Value, data: &Value) -> Option<u64> {
    data["version"].as_u64().or_else(|| event["version"].as_str()?.parse().ok())
}

fn shortened(mut data: Value) -> Value {
    if let Some(body) = data["body"].as_str() {
        data["body"] = digest(body);
    }
    data
}

/// The notice of an event that is too large stands for the event.
fn of_notice(notice: Received) -> Received {
    let name = |member: &str| notice.data[member].as_str().unwrap_or_default().to_owned();
    let (id, event_type) = (name("id"), name("type"));
    Received { id, event_type, is_notice: true, data: json!(null), ..notice }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: &Value) -> Value {
        json!({"id": "1", "source": "s", "subject": "restored/acme/1", "type": "note.written.v1", "position": "a-7",
            "sequence": "3", "data": data})
    }

    #[test]
    fn an_event_is_read_and_checked() {
        let data = json!({"tenant": "acme", "noteId": "1", "version": 4});
        let received = Schemas::load().receive(event(&data), 9).unwrap();
        assert_eq!((received.version, received.at, received.fault), (4, 9, None));
        let fault = |data: Value| Schemas::load().receive(event(&data), 9).unwrap().fault.unwrap();
        assert!(fault(json!({"tenant": "acme", "noteId": "1"})).contains("version"));
        assert!(fault(json!({"tenant": "never-leaves-the-table-1"})).contains("no pipe file lists"));
        assert!(Schemas::load().receive(json!({}), 9).is_err());
    }

    #[test]
    fn a_notice_stands_for_its_event() {
        let data = json!({"id": "large", "type": "document.written.v1", "subject": "documents/acme/1", "bytes": 200_000});
        let mut notice = event(&data);
        notice["type"] = NOTICE.into();
        let received = Schemas::load().receive(notice, 9).unwrap();
        assert_eq!((received.id.as_str(), received.is_notice, received.fault), ("large", true, None));
    }
}
