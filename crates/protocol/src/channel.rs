//! Channels: the first segments of subjects, at which clients subscribe and logs are kept. The channel of
//! `orders/acme/1001` is `orders/acme` if channels have two segments.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::subject::{Pattern, Subject};

/// The characters that are encoded in a segment: all but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The most bytes of a source: those of a sort key of DynamoDB, because the log lists the sources of a pipe.
/// Encoding makes up to three bytes of one, so the channel of a long subject can exceed it.
pub const MAX_SOURCE_BYTES: usize = 1024;

/// How every source of a channel begins.
const PREFIX: &str = "tablecast/";

/// The common beginning of its subjects: `orders/acme`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(Subject);

impl Channel {
    /// The channel of a subject: its first segments, or all if it has fewer.
    pub fn of(subject: &Subject, segments: usize) -> Self {
        Self(subject.beginning(segments))
    }

    /// The channel of all subjects that a pattern matches. None if they have different channels.
    pub fn of_pattern(pattern: &Pattern, segments: usize) -> Option<Self> {
        pattern.beginning(segments).map(Self)
    }

    /// The channel that has this source. None if no channel has it.
    pub fn of_source(source: &str) -> Option<Self> {
        let path = source.strip_prefix(PREFIX)?;
        let segments: Result<Vec<_>, _> =
            path.split('/').map(|segment| percent_decode_str(segment).decode_utf8()).collect();
        let channel = Self(Subject::parse(&segments.ok()?.join("/")).ok()?);
        (channel.source() == source).then_some(channel)
    }

    /// CloudEvents `source` of its events: `tablecast/orders/acme`. It is a URI reference.
    pub fn source(&self) -> String {
        encoded(self.0.as_str())
    }

    /// The pattern of all subjects below the channel. If there can be none, that of the channel alone.
    pub fn pattern(&self) -> Pattern {
        Pattern::parse(&format!("{}/*", self.0)).unwrap_or_else(|_| Pattern::of(&self.0))
    }

    /// Returns whether a pattern matches the channel's subjects, and those of others.
    pub fn is_in(&self, wider: &Pattern) -> bool {
        wider.matches(&self.0)
    }
}

/// The name in `sources` of a pattern that is wider than a channel: `tablecast/orders/*`. No event has this source.
pub fn wide_source(pattern: &Pattern) -> String {
    match pattern.as_str().strip_suffix('*') {
        Some(path) => format!("{}*", encoded(path)),
        None => encoded(pattern.as_str()),
    }
}

fn encoded(path: &str) -> String {
    let segments = path.split('/').map(|segment| utf8_percent_encode(segment, RESERVED).to_string());
    PREFIX.to_owned() + &segments.collect::<Vec<_>>().join("/")
}

impl fmt::Display for Channel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn subject(text: &str) -> Subject {
        Subject::parse(text).unwrap()
    }

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[test]
    fn a_channel_is_the_beginning_of_a_subject() {
        for (text, segments, expected) in [
            ("orders/acme/1001", 1, "orders"),
            ("orders/acme/1001", 2, "orders/acme"),
            ("orders/acme/1001", 3, "orders/acme/1001"),
            ("profiles/ada", 3, "profiles/ada"),
        ] {
            assert_eq!(Channel::of(&subject(text), segments).to_string(), expected, "{text} {segments}");
        }
    }

    #[test]
    fn a_pattern_has_a_channel_if_it_is_not_wider() {
        for (text, segments, expected) in [
            ("orders/acme/*", 2, Some("orders/acme")),
            ("orders/acme/1001/*", 2, Some("orders/acme")),
            ("orders/acme/1001", 2, Some("orders/acme")),
            ("orders/acme", 3, Some("orders/acme")),
            ("orders/*", 1, Some("orders")),
            ("orders/*", 2, None),
            ("orders/acme/*", 3, None),
            ("*", 1, None),
        ] {
            let channel = Channel::of_pattern(&pattern(text), segments).map(|channel| channel.to_string());
            assert_eq!(channel.as_deref(), expected, "{text} {segments}");
        }
    }

    #[test]
    fn a_source_is_a_uri_reference() {
        for (text, source) in [
            ("orders/acme", "tablecast/orders/acme"),
            ("orders/a b%2F", "tablecast/orders/a%20b%252F"),
            ("orders/ä#?:", "tablecast/orders/%C3%A4%23%3F%3A"),
            ("a-b._~/c", "tablecast/a-b._~/c"),
        ] {
            assert_eq!(Channel(subject(text)).source(), source);
        }
        assert_eq!(wide_source(&pattern("orders/a b/*")), "tablecast/orders/a%20b/*");
        assert_eq!(wide_source(&pattern("*")), "tablecast/*");
    }

    #[test]
    fn the_pattern_of_a_channel_matches_the_subjects_below_it() {
        let pattern_of = |text: &str| Channel(subject(text)).pattern().to_string();
        assert_eq!(pattern_of("orders/acme"), "orders/acme/*");
        assert_eq!(pattern_of("1/2/3/4/5/6/7"), "1/2/3/4/5/6/7/*");
        assert_eq!(pattern_of("1/2/3/4/5/6/7/8"), "1/2/3/4/5/6/7/8");
        assert_eq!(pattern_of(&"a".repeat(511)), "a".repeat(511));
    }

    #[test]
    fn other_texts_are_no_sources_of_channels() {
        for text in [
            "",
            "tablecast",
            "tablecast/",
            "tablecast/a/",
            "other/a",
            "tablecast/a%2fb",
            "tablecast/%ff",
            "tablecast/a/*",
            "tablecast/%61",
        ] {
            assert_eq!(Channel::of_source(text), None, "{text}");
        }
    }

    #[test]
    fn a_wider_pattern_has_the_subjects_of_a_channel() {
        let acme = Channel(subject("orders/acme"));
        assert!(acme.is_in(&pattern("orders/*")) && acme.is_in(&pattern("*")));
        assert!(!acme.is_in(&pattern("profiles/*")) && !acme.is_in(&pattern("orders/acme/*")));
    }

    proptest! {
        #[test]
        fn the_channel_of_a_source_has_that_source(text in "[^*/\\x00-\\x1f\\x7f-\\x9f]{1,9}(/[^*/\\x00-\\x1f\\x7f-\\x9f]{1,9}){0,3}") {
            let channel = Channel(subject(&text));
            prop_assert_eq!(Channel::of_source(&channel.source()), Some(channel));
        }

        #[test]
        fn the_channel_of_a_pattern_is_that_of_every_subject_that_it_matches(
            prefix in "[ab](/[ab]){0,3}",
            rest in "[ab](/[ab]){0,3}",
            segments in 1_usize..4,
        ) {
            for (pattern, subject) in [
                (pattern(&prefix), subject(&prefix)),
                (pattern(&format!("{prefix}/*")), subject(&format!("{prefix}/{rest}"))),
            ] {
                prop_assert!(pattern.matches(&subject));
                if let Some(channel) = Channel::of_pattern(&pattern, segments) {
                    prop_assert_eq!(channel, Channel::of(&subject, segments));
                }
            }
        }
    }
}
