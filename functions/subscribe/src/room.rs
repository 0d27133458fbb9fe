//! Which subscriptions a connection has room for.

use std::collections::HashSet;

use tablecast_connections::Session;
use tablecast_definitions::sources::Sources;
use tablecast_protocol::message::limits::{MAX_SOURCES, MAX_SUBSCRIPTIONS};
use tablecast_protocol::subject::Pattern;

use crate::history;
use crate::limits::MAX_SOURCES_BYTES;

/// Bytes of a source in a reply, beside its name: the longest position, and its punctuation.
const ENTRY_BYTES: usize = 43;

/// The subscriptions of a connection and their sources. A reply lists all sources in one frame, and a client can
/// resume all of them with one message. A source that is not listed would be a gap that the client cannot see.
pub struct Room<'s> {
    sources: &'s Sources,
    patterns: HashSet<Pattern>,
    listed: HashSet<String>,
    bytes: usize,
}

impl<'s> Room<'s> {
    pub fn of(session: &Session, sources: &'s Sources) -> Self {
        let mut room = Self { sources, patterns: HashSet::new(), listed: HashSet::new(), bytes: 0 };
        for one in &session.subscriptions {
            let more = room.unlisted(&one.pattern);
            room.add(&one.pattern, more);
        }
        room
    }

    /// Adds a subscription, unless the connection has no room for it.
    pub fn take(&mut self, pattern: &Pattern) -> bool {
        if self.patterns.contains(pattern) {
            return true;
        }
        let more = self.unlisted(pattern);
        let fits = self.patterns.len() < MAX_SUBSCRIPTIONS
            && self.listed.len() + more.len() <= MAX_SOURCES
            && self.bytes + size(&more) <= MAX_SOURCES_BYTES;
        if fits {
            self.add(pattern, more);
        }
        fits
    }

    /// The sources of a pattern that no other subscription has.
    fn unlisted(&self, pattern: &Pattern) -> Vec<String> {
        let origins = self.sources.of([pattern]);
        let wide = history::wide(&origins).map(|(source, _)| source);
        history::names(&origins)
            .into_iter()
            .chain(wide)
            .filter(|source| !self.listed.contains(source))
            .collect()
    }

    fn add(&mut self, pattern: &Pattern, sources: Vec<String>) {
        self.bytes += size(&sources);
        self.listed.extend(sources);
        self.patterns.insert(pattern.clone());
    }
}

fn size(sources: &[String]) -> usize {
    sources.iter().map(|source| source.len() + ENTRY_BYTES).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tablecast_definitions::problem::DefinitionFile;
    use tablecast_protocol::{Control, Envelope, Epoch, Position};

    use super::*;

    /// Pipes whose channels have so many segments.
    fn sources(segments: &[u8]) -> Sources {
        let file = |segments: &u8| DefinitionFile {
            file: format!("p{segments}.yaml"),
            name: format!("p{segments}"),
            text: format!("table: t\nsubject: keys.id\nevents: []\nlog: {{ channel: {segments} }}\n"),
        };
        Sources::compile(&segments.iter().map(file).collect::<Vec<_>>()).unwrap()
    }

    fn empty(sources: &Sources) -> Room<'_> {
        Room { sources, patterns: HashSet::new(), listed: HashSet::new(), bytes: 0 }
    }

    fn pattern(text: String) -> Pattern {
        Pattern::parse(&text).unwrap()
    }

    #[test]
    fn a_connection_can_have_100_subscriptions_of_one_channel() {
        let sources = sources(&[1]);
        let mut room = empty(&sources);
        let taken = (0..150).filter(|n| room.take(&pattern(format!("a/{n}")))).count();
        assert_eq!((taken, room.listed.len()), (100, 1));
        assert!(room.take(&pattern("a/7".to_owned())));
    }

    #[test]
    fn a_connection_has_as_many_sources_as_a_client_can_resume() {
        let sources = sources(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let mut room = empty(&sources);
        let taken = (0..100).filter(|n| room.take(&pattern(format!("{n}/b/c/d/e/f/g/h")))).count();
        assert_eq!((taken, room.listed.len()), (50, 400));
        assert!(!room.take(&pattern("7/b/c/d/e/f/g/i".to_owned())));
    }

    #[test]
    fn the_list_of_sources_fits_in_a_frame() {
        let sources = sources(&[2]);
        let mut room = empty(&sources);
        let taken = (0..100).filter(|n| room.take(&pattern(format!("{n:02}/{}", "#".repeat(500))))).count();
        assert!((50..55).contains(&taken), "{taken}");
        let longest = Position { epoch: Epoch(u64::MAX), offset: u64::MAX };
        let listed: BTreeMap<_, _> = room.listed.iter().map(|source| (source.clone(), longest)).collect();
        let event =
            Control::Pong { sources: listed }.event(&Envelope::own("1", "2026-11-23T09:00:00.123Z", None));
        let envelope = 400;
        assert!((room.bytes..room.bytes + envelope).contains(&event.len()), "{} {}", room.bytes, event.len());
    }

    #[test]
    fn a_subscription_without_room_takes_none() {
        let sources = sources(&[2]);
        let mut room = empty(&sources);
        (0..60).for_each(|n| _ = room.take(&pattern(format!("{n:02}/{}", "#".repeat(500)))));
        assert!(room.take(&pattern("a/b".to_owned())));
    }
}
