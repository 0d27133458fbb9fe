//! A client that loses its connection at every step of the protocol, and resumes.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::merge::Merge;

use crate::{connect, name, position};

/// Numbers of frames after which a connection is cut.
const FRAMES: [usize; 8] = [0, 1, 2, 3, 5, 8, 13, 1000];
/// Number of new events after which a connection is cut at the latest.
const MAX_NEW: usize = 40;

pub struct CutClient<'m> {
    local: &'m LocalMode,
    subjects: Vec<String>,
    merge: Merge<Value>,
    delivered: Vec<Value>,
    pub cuts: usize,
}

fn parsed(position: &Value) -> Position {
    position.as_str().unwrap().parse().unwrap()
}

/// The sources of `tablecast.subscribed`.
fn listed(reply: &Value) -> BTreeMap<String, Position> {
    let sources = reply["data"]["sources"].as_object().unwrap().iter();
    sources.map(|(name, position)| (name.clone(), parsed(position))).collect()
}

impl<'m> CutClient<'m> {
    pub async fn subscribe(local: &'m LocalMode, subjects: &[String]) -> Self {
        let mut socket = connect(local).await;
        let reply = socket.request(json!({"action": "subscribe", "subjects": subjects})).await;
        let mut merge = Merge::default();
        merge.subscribed(&listed(&reply));
        Self { local, subjects: subjects.to_vec(), merge, delivered: Vec::new(), cuts: 0 }
    }

    /// Resumes until the application has `total` events. Each connection is cut at a different step of the protocol.
    pub async fn receive(&mut self, total: usize, mut after_cut: impl FnMut(usize)) {
        while self.delivered.len() < total {
            self.resume(FRAMES[self.cuts % FRAMES.len()], total).await;
            self.cuts += 1;
            after_cut(self.cuts);
        }
    }

    /// Receives up to `frames` frames or [`MAX_NEW`] new events on a new connection.
    async fn resume(&mut self, frames: usize, total: usize) {
        let mut socket = connect(self.local).await;
        let after = self.merge.after();
        socket.send_json(json!({"action": "subscribe", "subjects": self.subjects, "after": after})).await;
        let enough = (self.delivered.len() + MAX_NEW).min(total);
        for _ in 0..frames {
            self.handle(socket.event().await);
            if self.delivered.len() >= enough {
                return;
            }
        }
    }

    fn handle(&mut self, event: Value) {
        match event["type"].as_str().unwrap() {
            "tablecast.resumed.v1" => self.resumed(&event["data"]["sources"]),
            "tablecast.subscribed.v1" => self.delivered.extend(self.merge.subscribed(&listed(&event))),
            _ => {
                let source = event["source"].as_str().unwrap().to_owned();
                let (at, late) = (position(&event), event["late"] == true);
                self.delivered.extend(self.merge.event(&source, at, (!late).then_some(event)));
            }
        }
    }

    fn resumed(&mut self, results: &Value) {
        for (name, result) in results.as_object().unwrap() {
            assert_eq!(result["recovered"], true, "{name}: {results}");
            self.merge.resumed(name, parsed(&result["position"]));
        }
    }

    /// Returns the names in the delivered events of each subject.
    pub fn names(&self) -> BTreeMap<String, Vec<String>> {
        let mut names = BTreeMap::<String, Vec<String>>::new();
        for event in &self.delivered {
            names.entry(event["subject"].as_str().unwrap().to_owned()).or_default().push(name(event));
        }
        names
    }
}
