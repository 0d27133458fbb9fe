use std::cell::Cell;
use std::rc::Rc;

use serde_json::json;
use tablecast_protocol::{Epoch, Position};

use crate::server_events::event;

/// An event in the log of its channel.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Counts the events of all logs, from 0 on.
    pub id: usize,
    pub source: String,
    pub offset: u64,
    /// When it was appended, in milliseconds.
    pub at: u128,
    pub subject: &'static str,
    pub event_type: &'static str,
    /// Every event of the channel up to this offset was dispatched when this one was appended.
    pub delivered_to: u64,
    pub frame: String,
}

impl Logged {
    /// Two items share the subject `a/1`. One of them has the events of the type `y.v1`.
    pub fn item(&self) -> &'static str {
        match (self.subject, self.event_type) {
            ("a/1", "y.v1") => "a/1 y.v1",
            (subject, _) => subject,
        }
    }
}

/// An event to append.
pub struct New {
    pub id: usize,
    pub at: u128,
    pub subject: &'static str,
    pub event_type: &'static str,
}

/// The log of one channel. Its epochs are numbers that grow.
pub struct Log {
    pub source: String,
    pub events: Vec<Logged>,
    epoch: Epoch,
    epochs: Rc<Cell<u64>>,
    /// The end of the epoch before, which this one continues.
    continued: Option<Position>,
    /// All events have expired.
    is_quiet: bool,
}

impl Log {
    pub fn new(source: &str, epochs: Rc<Cell<u64>>) -> Self {
        let source = source.to_owned();
        Self { source, events: Vec::new(), epoch: Epoch(0), epochs, continued: None, is_quiet: false }
    }

    /// `delivered`: every event up to this offset was dispatched.
    pub fn append(&mut self, new: New, delivered: u64) -> Logged {
        if self.is_quiet || self.events.is_empty() {
            self.continue_log();
        }
        let offset = self.events.len() as u64 + 1;
        let New { id, at, subject, event_type } = new;
        let position = Position { epoch: self.epoch, offset };
        let more =
            json!({"id": id.to_string(), "source": self.source, "subject": subject, "position": position});
        let frame = event(event_type, json!({}), more);
        let delivered_to = delivered.min(offset - 1);
        let source = self.source.clone();
        let logged = Logged { id, source, offset, at, subject, event_type, delivered_to, frame };
        self.events.push(logged.clone());
        logged
    }

    /// All events expire. The next one begins another epoch, which continues this one.
    pub fn expire(&mut self) {
        self.is_quiet = !self.events.is_empty();
    }

    /// A log without events has another epoch each time.
    pub fn end(&self) -> Position {
        match self.events.len() as u64 {
            0 => Position { epoch: self.next_epoch(), offset: 0 },
            offset => Position { epoch: self.epoch, offset },
        }
    }

    /// Returns the offset after which a client at this position may miss events, unless some of them have expired.
    pub fn resolve(&self, position: Position) -> Option<u64> {
        let Position { epoch, offset } = position;
        if Some(position) == self.continued || (self.is_quiet && position == self.end()) {
            return Some(offset);
        }
        if offset == 0 && self.continued.is_none() {
            return Some(0);
        }
        if epoch != self.epoch || self.is_quiet {
            return None;
        }
        let event = usize::try_from(offset).ok().and_then(|offset| self.events.get(offset.checked_sub(1)?));
        Some(event.map_or(offset, |event| event.delivered_to.min(offset)))
    }

    fn continue_log(&mut self) {
        self.continued = (!self.events.is_empty()).then(|| self.end());
        self.epoch = self.next_epoch();
        self.is_quiet = false;
    }

    fn next_epoch(&self) -> Epoch {
        self.epochs.set(self.epochs.get() + 1);
        Epoch(self.epochs.get())
    }
}
