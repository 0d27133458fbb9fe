//! Reads the bus of the local mode.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::eventually::{eventually, within};
use crate::http::Http;

/// A reader of the bus. It keeps every event, while the bus itself keeps only the newest.
pub struct Bus {
    http: Http,
    url: String,
    events: Vec<BusEvent>,
}

/// An event as the target of an EventBridge rule receives it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BusEvent {
    pub id: String,
    pub source: String,
    pub detail_type: String,
    /// The bytes of the CloudEvent.
    pub detail: Box<RawValue>,
}

/// The attributes of a CloudEvent that most tests check.
#[derive(Debug, Deserialize)]
pub struct EventHead {
    pub id: String,
    pub subject: String,
    pub sequence: String,
}

impl BusEvent {
    pub fn head(&self) -> EventHead {
        serde_json::from_str(self.detail.get()).unwrap()
    }
}

impl Bus {
    pub fn new(url: &str) -> Self {
        Self { http: Http::default(), url: url.to_owned(), events: Vec::new() }
    }

    pub fn events(&self) -> &[BusEvent] {
        &self.events
    }

    /// Returns the subjects of all events so far.
    pub fn subjects(&self) -> HashSet<String> {
        self.events.iter().map(|event| event.head().subject).collect()
    }

    /// Reads and returns new events. Requests the last known event again, to check that the bus dropped none.
    pub async fn read_new(&mut self) -> &[BusEvent] {
        let known = self.events.len();
        let after = known.checked_sub(2).map(|index| format!("?after={}", self.events[index].id));
        let url = format!("{}{}", self.url, after.unwrap_or_default());
        let (status, body) = within("the bus", self.http.get(&url)).await.unwrap();
        assert_eq!(status, 200);
        let new: Vec<BusEvent> = serde_json::from_slice(&body).unwrap();
        if let Some(last) = self.events.last() {
            assert_eq!(new.first().map(|event| &event.id), Some(&last.id), "the bus dropped unread events");
        }
        self.events.extend(new.into_iter().skip(known.min(1)));
        &self.events[known..]
    }

    /// Reads until every one of these subjects has an event.
    pub async fn wait_for_subjects(&mut self, subjects: &HashSet<String>) {
        let mut missing: HashSet<_> = subjects.difference(&self.subjects()).cloned().collect();
        let what = format!("events of {} subjects on the bus", missing.len());
        eventually(&what, async || {
            for event in self.read_new().await {
                missing.remove(&event.head().subject);
            }
            missing.is_empty().then_some(())
        })
        .await;
    }
}
