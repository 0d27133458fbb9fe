use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_protocol::Position;

use super::frame::{Frame, REQUEST};
use super::line::printable;
use super::recent::Recent;

/// The events that `tail` has shown, over all connections.
///
/// After a reconnect, events wait for the reply to `subscribe`: until then, those of the log and those that
/// happen now arrive in any order.
#[derive(Debug, Default)]
pub struct Progress {
    /// Where to resume, by source. Only those that the server listed: a wide pattern brings events of many
    /// others.
    positions: BTreeMap<String, Position>,
    shown: Recent,
    /// Events that wait, while a resume is pending.
    held: Option<Vec<(Frame, String)>>,
    /// The sources that the pending resume cannot recover, with the reason.
    unrecovered: BTreeMap<String, String>,
}

/// The consequences of a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Received {
    pub notes: Vec<String>,
    /// Frames to show.
    pub frames: Vec<String>,
}

impl Progress {
    /// Returns the message of a new connection.
    pub fn subscribe(&mut self, patterns: &[String]) -> Value {
        let mut message = json!({"action": "subscribe", "id": REQUEST, "subjects": patterns});
        (self.held, self.unrecovered) = (None, BTreeMap::new());
        if !self.positions.is_empty() {
            message["after"] = json!(self.positions);
            self.held = Some(Vec::new());
        }
        message
    }

    pub fn receive(&mut self, text: String) -> Received {
        let frame = Frame::parse(&text);
        if frame.replies("tablecast.resumed.v1") {
            self.unrecovered = frame.unrecovered();
            Received::default()
        } else if frame.replies("tablecast.subscribed.v1") {
            self.subscribed(&frame)
        } else {
            self.event(frame, text)
        }
    }

    /// The server rejects a message that resumes too much, and events follow as on a new connection.
    fn event(&mut self, frame: Frame, text: String) -> Received {
        let is_rejected = frame.replies("tablecast.error.v1");
        let mut frames = if is_rejected { self.release() } else { Vec::new() };
        match &mut self.held {
            Some(held) => held.push((frame, text)),
            None => frames.extend(self.show(&frame).then_some(text)),
        }
        Received { frames, ..Received::default() }
    }

    fn subscribed(&mut self, reply: &Frame) -> Received {
        let is_resumed = self.held.is_some();
        let mut notes: Vec<_> =
            reply.refused().map(|one| format!("not granted, and not shown: {one}")).collect();
        let listed = reply.positions();
        self.positions.retain(|source, _| listed.contains_key(source));
        for (source, position) in listed {
            let why = self.unrecovered.get(&source).map(String::as_str);
            let is_known = self.positions.contains_key(&source);
            if let Some(why) = why.or((is_resumed && !is_known).then_some("position-unknown")) {
                notes.push(missing(&source, why));
                self.positions.remove(&source);
            }
            advance(self.positions.entry(source).or_insert(position), position);
        }
        Received { notes, frames: self.release() }
    }

    /// Returns the events that waited: those of each source in the order of its log.
    fn release(&mut self) -> Vec<String> {
        let mut held = self.held.take().unwrap_or_default();
        held.sort_by(|(one, _), (other, _)| {
            (&one.source, one.position()).cmp(&(&other.source, other.position()))
        });
        held.into_iter().filter_map(|(frame, text)| self.show(&frame).then_some(text)).collect()
    }

    /// Returns whether the event is not shown yet.
    fn show(&mut self, frame: &Frame) -> bool {
        if let (Some(known), Some(position)) = (self.positions.get_mut(&frame.source), frame.position()) {
            advance(known, position);
        }
        frame.key().is_none_or(|key| self.shown.insert(key))
    }
}

/// A channel without events has another epoch, and offset 0, in each reply.
fn advance(known: &mut Position, other: Position) {
    if other.offset > 0 && (known.offset == 0 || *known < other) {
        *known = other;
    }
}

fn missing(source: &str, why: &str) -> String {
    let explained = match why {
        "too-wide" => "the pattern is wider than a channel, and cannot resume (too-wide)",
        why => why,
    };
    printable(&format!("events of {source} until now may be missing: {explained}"))
}

#[cfg(test)]
mod tests;
