//! A client that loses its connection at every step of the protocol, and resumes.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::merge::Merge;

use crate::{SOURCE, connect, name, position};

/// Numbers of frames after which a connection is cut.
const FRAMES: [usize; 8] = [0, 1, 2, 3, 5, 8, 13, 1000];
/// Number of new events after which a connection is cut at the latest.
const MAX_NEW: usize = 40;

pub struct CutClient<'m> {
    local: &'m LocalMode,
    /// The position of the first subscription.
    origin: Position,
    merge: Merge<Value>,
    delivered: Vec<Value>,
    pub cuts: usize,
}

impl<'m> CutClient<'m> {
    pub async fn subscribe(local: &'m LocalMode) -> Self {
        let mut socket = connect(local).await;
        let reply = socket.request(json!({"action": "subscribe", "subjects": ["profiles/*"]})).await;
        let origin = reply["data"]["sources"][SOURCE].as_str().unwrap().parse().unwrap();
        Self { local, origin, merge: Merge::default(), delivered: Vec::new(), cuts: 0 }
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
        let offset = self.merge.last().unwrap_or(self.origin.offset);
        let after = json!({SOURCE: Position { offset, ..self.origin }.to_string()});
        let mut socket = connect(self.local).await;
        socket.send_json(json!({"action": "subscribe", "subjects": ["profiles/*"], "after": after})).await;
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
            "tablecast.resumed.v1" => {
                let source = &event["data"]["sources"][SOURCE];
                assert_eq!(source["recovered"], true, "{event}");
                let end: Position = source["position"].as_str().unwrap().parse().unwrap();
                self.merge.resumed(end.offset);
            }
            "tablecast.subscribed.v1" => self.delivered.extend(self.merge.subscribed()),
            _ => self.delivered.extend(self.merge.event(position(&event).offset, event)),
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
