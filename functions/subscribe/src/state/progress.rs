use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_protocol::{Incomplete, StateResult};

/// The progress of one subject.
#[derive(Debug)]
pub struct Progress {
    /// None if the text of the message is none.
    pub pattern: Option<Pattern>,
    pub result: StateResult,
}

/// An item of a subject.
#[derive(Debug)]
pub struct Entry {
    /// The index of the subject.
    pub of: usize,
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
        Self { pattern: Pattern::parse(text).ok(), result: StateResult::new(text.to_owned()) }
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

    pub fn finish(self) -> StateResult {
        let next = self.result.next.filter(|_| !self.result.complete && !is_final(self.result.reason));
        StateResult { next, ..self.result }
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
