//! Reads the lines that a client program prints: tests/conformance/README.md describes them.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::sync::Arc;

use serde_json::Value;

use super::journal::{Journal, Place};
use super::receive::Schemas;
use crate::oracle::observations::{Entry, Start};

/// Records what one application receives.
pub struct Reader {
    pub journal: Arc<Journal>,
    pub schemas: Arc<Schemas>,
    pub client: usize,
    /// The names of its subscriptions.
    pub subscriptions: Vec<&'static str>,
    pub collection: Option<usize>,
    pub name: String,
}

impl Reader {
    pub fn started(&self, start: Start) {
        self.journal.started(self.client, start);
        self.journal.count(&format!("clients: started: {start:?}"), 1);
    }

    /// Returns whether it is the last line.
    pub fn read(&self, mut line: Value) -> bool {
        if line["closed"] == true {
            return true;
        } else if line["collection"].is_string() {
            self.show(&mut line);
        } else if let Some(name) = line["subscription"].as_str() {
            let subscription = self.subscriptions.iter().position(|known| *known == name).unwrap_or_default();
            let place = Place { client: self.client, subscription };
            let entry = self.entry(&mut line);
            self.journal.entered(place, entry);
        } else if line["state"] == "waiting" {
            self.journal.count("clients: lost connections", 1);
        }
        false
    }

    fn entry(&self, line: &mut Value) -> Entry {
        let now = self.journal.time();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let event =
            |event, kind: fn(_) -> Entry| self.schemas.receive(event, now).map_or_else(Entry::Problem, kind);
        let (live, late, gap) = (line["event"].take(), line["late"].take(), line["gap"].take());
        match () {
            () if live.is_object() => event(live, Entry::Event),
            () if late.is_object() => event(late, Entry::Late),
            () if gap.is_object() => {
                Entry::Gap { source: text(&gap["source"]), reason: text(&gap["reason"]) }
            }
            () if line["ready"] == true => Entry::Ready(now),
            () => Entry::Problem(line.to_string()),
        }
    }

    fn show(&self, line: &mut Value) {
        let Some(collection) = self.collection else { return };
        let subject = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if let Value::Object(items) = line["items"].take() {
            self.journal.shown(collection, |shown| *shown = items.into_iter().collect::<BTreeMap<_, _>>());
        } else if line["set"].is_string() {
            let data = line["data"].take();
            self.journal.shown(collection, |shown| _ = shown.insert(subject(&line["set"]), data));
        } else if line["removed"].is_string() || line["missing"].is_string() {
            let gone = [&line["removed"], &line["missing"]].into_iter().find(|value| value.is_string());
            self.journal.shown(collection, |shown| _ = gone.and_then(|gone| shown.remove(&subject(gone))));
        } else if line["stale"] == true {
            self.journal.count("collections: stale", 1);
        } else {
            self.journal.problem(format!("{}: {line}", self.name));
        }
    }

    pub fn cut(&self, line: &str) {
        self.journal.count("clients: lines cut by a kill", 1);
        let end: String = line.chars().take(80).collect();
        eprintln!("{}: a line was cut: {end}", self.name);
    }

    /// A process ends because it was closed or killed.
    pub fn ended(&self, is_closed: bool, status: ExitStatus) {
        if !is_closed && status.code().is_some() {
            self.journal.problem(format!("{} ended by itself: {status}", self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oracle::observations::{ClientLog, CollectionEnd, Observations, SubscriptionLog};

    fn read(lines: &[Value]) -> Observations {
        let subscriptions = vec![SubscriptionLog::default(), SubscriptionLog::default()];
        let client = ClientLog { subscriptions, ..ClientLog::default() };
        let journal = Arc::new(Journal::new(vec![client], vec![CollectionEnd::default()]));
        let reader = Reader {
            journal: Arc::clone(&journal),
            schemas: Arc::new(Schemas::load()),
            client: 0,
            subscriptions: vec!["first", "second"],
            collection: Some(0),
            name: "client".to_owned(),
        };
        lines.iter().for_each(|line| assert_eq!(reader.read(line.clone()), line["closed"] == true));
        journal.finish()
    }

    #[test]
    fn lines_of_a_subscription_become_entries() {
        let event = json!({"id": "1", "source": "s", "subject": "restored/acme/1", "type": "note.written.v1",
            "data": {"tenant": "acme", "noteId": "1", "version": 4}});
        let lines = [
            json!({"subscription": "second", "ready": true}),
            json!({"subscription": "second", "event": event}),
            json!({"subscription": "second", "late": event}),
            json!({"subscription": "second", "gap": {"source": "s", "reason": "trimmed"}}),
            json!({"subscription": "second", "refused": {"subject": "a", "reason": "not-granted"}}),
            json!({"closed": true}),
        ];
        let entries = read(&lines).clients.remove(0).subscriptions.remove(1).entries;
        let [
            Entry::Ready(_),
            Entry::Event(event),
            Entry::Late(_),
            Entry::Gap { reason, .. },
            Entry::Problem(problem),
        ] = &entries[..]
        else {
            panic!("{entries:?}");
        };
        assert_eq!((event.version, reason.as_str()), (4, "trimmed"));
        assert!(problem.contains("not-granted"));
    }

    #[test]
    fn lines_of_a_collection_are_folded() {
        let lines = [
            json!({"collection": "board", "items": {"a": 1, "b": 2, "c": 3}, "missing": {}, "unnamed": 0}),
            json!({"collection": "board", "set": "b", "data": 7}),
            json!({"collection": "board", "removed": "a"}),
            json!({"collection": "board", "missing": "c", "reason": "invalid"}),
            json!({"collection": "board", "stale": true}),
        ];
        let all = read(&lines);
        assert_eq!(json!(all.collections[0].items), json!({"b": 7}));
        assert_eq!(all.problems, Vec::<String>::new());
    }

    #[test]
    fn an_unknown_line_is_a_problem() {
        assert_eq!(read(&[json!({"collection": "board", "refused": {}})]).problems.len(), 1);
    }
}
