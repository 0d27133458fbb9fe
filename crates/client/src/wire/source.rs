//! Names of sources. `tablecast/orders/acme` is the channel `orders/acme`, which has a log. `tablecast/orders/*` is a
//! pattern that is wider than the channels: no event has this source.

use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::subject::Pattern;

/// Returns whether the name is that of a pattern without a log.
pub(crate) fn is_wide(source: &str) -> bool {
    source.ends_with('*')
}

/// Returns whether one channel has every event of the pattern, or the pattern is the one without a log.
pub(crate) fn is_within(pattern: &Pattern, source: &str) -> bool {
    match Channel::of_source(source) {
        Some(channel) => channel.to_string() == pattern.as_str() || channel.pattern().contains(pattern),
        None => wide_source(pattern) == source,
    }
}

/// Returns whether the source has events of the pattern. Any name of another form may be one.
pub(crate) fn can_have(pattern: &Pattern, source: &str) -> bool {
    let is_in = |channel: Channel| is_within(pattern, source) || channel.is_in(pattern);
    match is_wide(source) {
        true => is_within(pattern, source),
        false => Channel::of_source(source).is_none_or(is_in),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tablecast_protocol::subject::Subject;

    use super::*;

    #[test]
    fn a_pattern_is_within_one_channel_or_wider_than_several() {
        for (pattern, source, within, has) in [
            ("orders/acme/*", "tablecast/orders/acme", true, true),
            ("orders/acme/*", "tablecast/orders", true, true),
            ("orders/acme", "tablecast/orders/acme", true, true),
            ("orders/*", "tablecast/orders/*", true, true),
            ("*", "tablecast/*", true, true),
            ("orders/*", "tablecast/orders/acme", false, true),
            ("orders/acme/*", "tablecast/orders/*", false, false),
            ("orders/acme/*", "tablecast/orders/ac", false, false),
            ("orders/acme/*", "tablecast/orders/globex", false, false),
            ("orders/a b%/*", "tablecast/orders/a%20b%25", true, true),
            ("orders/acme/*", "tablecast/%", false, true),
            ("orders/acme/*", "other", false, true),
        ] {
            let parsed = Pattern::parse(pattern).unwrap();
            assert_eq!(
                (is_within(&parsed, source), can_have(&parsed, source)),
                (within, has),
                "{pattern} {source}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_pattern_can_have_the_source_of_every_subject_that_it_matches(
            segments in prop::collection::vec(prop::sample::select(vec!["a", "b", "a b", "ä", "%2F", "?"]), 1..5),
            known in 0_usize..5,
            is_tree: bool,
            length in 1_usize..5,
        ) {
            let subject = Subject::parse(&segments.join("/")).unwrap();
            let known = if is_tree { known.min(segments.len() - 1) } else { segments.len() };
            let start = segments[..known].iter().copied().chain(is_tree.then_some("*"));
            let pattern = Pattern::parse(&start.collect::<Vec<_>>().join("/")).unwrap();
            prop_assert!(pattern.matches(&subject));
            let source = Channel::of(&subject, length).source();
            prop_assert!(can_have(&pattern, &source) && !is_wide(&source));
            prop_assert_eq!(is_within(&pattern, &source), known >= length.min(segments.len()));
        }
    }
}
