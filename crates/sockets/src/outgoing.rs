use std::borrow::Cow;

use tablecast_protocol::{Frame, MESSAGE_BYTES, Protocol, frames, notice};

/// Events as a connection can receive them: a notice replaces each event that no message can hold.
#[derive(Debug)]
pub struct Outgoing<'e> {
    protocol: Protocol,
    events: &'e [&'e str],
    texts: Vec<Cow<'e, str>>,
}

impl<'e> Outgoing<'e> {
    pub fn new(protocol: Protocol, events: &'e [&'e str]) -> Self {
        let room = MESSAGE_BYTES - protocol.overhead();
        let texts = events.iter().map(|event| fitting(event, room)).collect();
        Self { protocol, events, texts }
    }

    /// Events that a notice replaced.
    pub fn too_large(&self) -> usize {
        self.texts.iter().filter(|text| matches!(text, Cow::Owned(_))).count()
    }

    pub fn frames(&self) -> Vec<Frame<'_>> {
        let texts: Vec<&str> = self.texts.iter().map(Cow::as_ref).collect();
        frames(self.protocol, &texts)
    }

    /// The whole events of a frame.
    pub(crate) fn events(&self, frame: &Frame<'_>) -> &'e [&'e str] {
        &self.events[frame.events.clone()]
    }
}

fn fitting(event: &str, room: usize) -> Cow<'_, str> {
    if event.len() <= room { Cow::Borrowed(event) } else { Cow::Owned(notice(event)) }
}
