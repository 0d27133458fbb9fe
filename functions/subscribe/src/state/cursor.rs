//! Where a state continues: after a subject. If several pipes have state for a pattern, the name of the pipe comes
//! first, because a subject can be one of both. No subject has the separator.

use tablecast_pipeline::pipe::{Key, Pipe};
use tablecast_protocol::subject::{Pattern, Subject};

use super::reads::{PipeRead, Reads};
use crate::error::MessageError;

const SEPARATOR: char = '*';

/// A position in the reads of a pattern.
#[derive(Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The index of the read.
    pub read: usize,
    /// The item after which it continues.
    pub after: Key,
}

/// Returns the text of a cursor after this subject of a read.
pub fn text(reads: &Reads<'_>, read: usize, subject: &Subject) -> String {
    match reads.0.len() {
        1 => subject.to_string(),
        _ => format!("{}{SEPARATOR}{subject}", reads.0[read].pipe.name),
    }
}

/// Returns where a text continues. The types of a subscription can change between two pages, and so can the reads. A
/// text without a name is then of the read that has such a subject, and one with an unknown name begins again.
pub fn parse(reads: &Reads<'_>, pattern: &Pattern, text: &str) -> Result<Option<Cursor>, MessageError> {
    let (name, subject) = text.split_once(SEPARATOR).map_or((None, text), |(name, rest)| (Some(name), rest));
    let subject = Subject::parse(subject).ok().filter(|subject| pattern.matches(subject));
    let subject = subject.ok_or(MessageError::UnknownNext)?;
    let is_named = |pipe: &Pipe| name.is_none_or(|name| name == pipe.name);
    let mut named = reads.0.iter().enumerate().filter(|(_, read)| is_named(read.pipe)).peekable();
    if named.peek().is_none() {
        return Ok(None);
    }
    let cursor = |(index, read): (usize, &PipeRead<'_>)| {
        let after = read.pipe.key_of(&subject).filter(|key| key.partition == read.range.partition)?;
        Some(Cursor { read: index, after })
    };
    named.find_map(cursor).ok_or(MessageError::UnknownNext).map(Some)
}
