use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_protocol::{Incomplete, StateResult};

/// The progress of one subject.
#[derive(Debug)]
pub struct Progress {
    /// None if the text of the message is none.
    pub pattern: Option<Pattern>,
    pub result: StateResult,
    /// Items without a subject since `next`. If the subject goes on, the next message reads and counts them again.
    pub unnamed: usize,
}

/// An item of a subject.
#[derive(Debug)]
pub struct Entry {
    /// The index of the subject.
    pub subject_index: usize,
    /// Where the subject continues after it.
    pub cursor: Option<String>,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    Event(Box<str>),
    Invalid(Option<Subject>),
}

impl Entry {
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Event(text) => Some(text),
            Content::Invalid(_) => None,
        }
    }
}

impl Progress {
    pub fn new(text: &str) -> Self {
        let result = StateResult::new(text.to_owned());
        Self { pattern: Pattern::parse(text).ok(), result, unnamed: 0 }
    }

    pub fn end(&mut self, reason: Incomplete) {
        (self.result.complete, self.result.reason) = (false, Some(reason));
    }

    pub fn is_refused(&self) -> bool {
        self.result.reason == Some(Incomplete::NotGranted)
    }

    pub fn is_done(&self) -> bool {
        self.result.complete || self.result.reason.is_some()
    }

    /// Returns whether the client cannot request the rest, or there is none.
    pub fn is_at_end(&self) -> bool {
        self.result.complete || is_final(self.result.reason)
    }

    pub fn finish(mut self) -> StateResult {
        if self.is_at_end() {
            self.result.next = None;
        }
        self.result
    }
}

/// Returns whether the client cannot request the rest.
fn is_final(reason: Option<Incomplete>) -> bool {
    match reason {
        None | Some(Incomplete::Unavailable | Incomplete::QuotaExceeded) => false,
        Some(Incomplete::NotGranted | Incomplete::NoState | Incomplete::NeedsScan | Incomplete::TooMuch) => {
            true
        }
    }
}
