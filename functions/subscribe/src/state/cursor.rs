//! Where a state continues: after a subject. If several pipes have state for a pattern, the name of the pipe comes
//! first, because a subject can be one of both. No subject has the separator.

use tablecast_pipeline::pipe::Key;
use tablecast_protocol::subject::{Pattern, Subject};

use super::reads::Reads;

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
        _ => format!("{}{SEPARATOR}{subject}", reads.0[read].0.name),
    }
}

/// None if the text is no cursor of the pattern.
pub fn parse(reads: &Reads<'_>, pattern: &Pattern, text: &str) -> Option<Cursor> {
    let (name, subject) = text.split_once(SEPARATOR).map_or((None, text), |(name, rest)| (Some(name), rest));
    let subject = Subject::parse(subject).ok().filter(|subject| pattern.matches(subject))?;
    let named = |pipe: &str| name.map_or(reads.0.len() == 1, |name| name == pipe);
    let (read, (pipe, range)) = reads.0.iter().enumerate().find(|(_, (pipe, _))| named(&pipe.name))?;
    let after = pipe.key_of(&subject).filter(|key| key.partition == range.partition)?;
    Some(Cursor { read, after })
}
