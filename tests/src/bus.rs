use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::http::Http;
use crate::patience::{eventually, within};

/// The bus from a reader's side: all that arrived since it was first looked at, though the bus itself
/// keeps only the newest events.
pub struct Bus {
    http: Http,
    url: String,
    arrived: Vec<Arrival>,
}

/// An event as a rule's target would get it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Arrival {
    pub id: String,
    pub source: String,
    pub detail_type: String,
    /// The CloudEvent, byte for byte.
    pub detail: Box<RawValue>,
}

/// What most tests ask of a CloudEvent.
#[derive(Debug, Deserialize)]
pub struct About {
    pub id: String,
    pub subject: String,
    pub sequence: String,
}

impl Arrival {
    pub fn about(&self) -> About {
        serde_json::from_str(self.detail.get()).unwrap()
    }
}

impl Bus {
    pub fn new(url: &str) -> Self {
        Self { http: Http::default(), url: url.to_owned(), arrived: Vec::new() }
    }

    pub fn arrived(&self) -> &[Arrival] {
        &self.arrived
    }

    /// Every subject of which something arrived.
    pub fn subjects(&self) -> HashSet<String> {
        self.arrived.iter().map(|arrival| arrival.about().subject).collect()
    }

    /// Reads what is new. Asks for the last known event once more: were it gone, so might others be.
    pub async fn read(&mut self) -> &[Arrival] {
        let known = self.arrived.len();
        let after = known.checked_sub(2).map(|at| format!("?after={}", self.arrived[at].id));
        let url = format!("{}{}", self.url, after.unwrap_or_default());
        let (status, body) = within("the bus", self.http.get(&url)).await.unwrap();
        assert_eq!(status, 200);
        let new: Vec<Arrival> = serde_json::from_slice(&body).unwrap();
        if let Some(last) = self.arrived.last() {
            assert_eq!(new.first().map(|event| &event.id), Some(&last.id), "the bus forgot unread events");
        }
        self.arrived.extend(new.into_iter().skip(known.min(1)));
        &self.arrived[known..]
    }

    /// Reads until there is something about each of these subjects.
    pub async fn has(&mut self, subjects: &HashSet<String>) {
        let mut missing: HashSet<_> = subjects.difference(&self.subjects()).cloned().collect();
        let what = format!("events about {} subjects on the bus", missing.len());
        eventually(&what, async || {
            for arrival in self.read().await {
                missing.remove(&arrival.about().subject);
            }
            missing.is_empty().then_some(())
        })
        .await;
    }
}
