use std::borrow::Cow;
use std::ops::Range;

use crate::Protocol;

/// API Gateway's limit of a frame, 32 KB, which is also the unit of billing.
pub const FRAME_BYTES: usize = 32 * 1024;

/// API Gateway's limit of a message, 128 KB.
pub const MESSAGE_BYTES: usize = 128 * 1024;

/// A message for one connection, and the events in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'e> {
    pub text: Cow<'e, str>,
    pub events: Range<usize>,
}

impl Protocol {
    /// The bytes that a message adds to its one event.
    pub fn overhead(self) -> usize {
        match self {
            Self::Single => 0,
            Self::Batch => "[]".len(),
        }
    }
}

/// Packs events, in order, into as few messages as the protocol allows. An event that exceeds a frame is
/// alone.
pub fn frames<'e>(protocol: Protocol, events: &[&'e str]) -> Vec<Frame<'e>> {
    match protocol {
        Protocol::Single => {
            let alone = |(index, text): (usize, &&'e str)| Frame {
                text: Cow::Borrowed(*text),
                events: index..index + 1,
            };
            events.iter().enumerate().map(alone).collect()
        }
        Protocol::Batch => packed(events),
    }
}

fn packed<'e>(events: &[&'e str]) -> Vec<Frame<'e>> {
    let mut frames = Vec::new();
    let mut start = 0;
    while start < events.len() {
        let end = start + fitting(&events[start..]);
        let text = format!("[{}]", events[start..end].join(","));
        frames.push(Frame { text: text.into(), events: start..end });
        start = end;
    }
    frames
}

/// The number of events that fit into one frame, with brackets and commas; at least one.
fn fitting(events: &[&str]) -> usize {
    let mut bytes = "[".len();
    let fits = |event: &&&str| {
        bytes += event.len() + ",".len();
        bytes <= FRAME_BYTES
    };
    events.iter().take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(protocol: Protocol, events: &[&str]) -> Vec<String> {
        frames(protocol, events).into_iter().map(|frame| frame.text.into_owned()).collect()
    }

    #[test]
    fn a_frame_is_one_event_or_an_array() {
        assert_eq!(texts(Protocol::Single, &["{}", "1"]), ["{}", "1"]);
        assert_eq!(texts(Protocol::Batch, &["{}", "1"]), ["[{},1]"]);
        assert_eq!(texts(Protocol::Batch, &[]), [""; 0]);
        let ranges = |protocol| frames(protocol, &["{}", "1"]).into_iter().map(|frame| frame.events);
        assert_eq!(ranges(Protocol::Single).collect::<Vec<_>>(), [0..1, 1..2]);
        assert!(ranges(Protocol::Batch).eq(std::iter::once(0..2)));
    }

    #[test]
    fn the_overhead_of_a_protocol_is_what_its_frame_adds_to_one_event() {
        for protocol in Protocol::ALL {
            assert_eq!(protocol.frame("{}".to_owned()), texts(protocol, &["{}"])[0]);
            assert_eq!(protocol.frame("{}".to_owned()).len(), "{}".len() + protocol.overhead());
        }
    }

    #[test]
    fn a_frame_is_filled_up_to_exactly_32_kb() {
        let (half, rest) = ("1".repeat(FRAME_BYTES / 2), "2".repeat(FRAME_BYTES / 2 - "[,]".len()));
        let full = frames(Protocol::Batch, &[&half, &rest, "3"]);
        assert_eq!(full.iter().map(|frame| frame.text.len()).collect::<Vec<_>>(), [FRAME_BYTES, 3]);
        let longer = rest + "2";
        let over = frames(Protocol::Batch, &[&half, &longer, "3"]);
        assert_eq!(over.iter().map(|frame| frame.events.clone()).collect::<Vec<_>>(), [0..1, 1..3]);
    }

    proptest! {
        #[test]
        fn events_stay_in_order_and_only_a_lone_event_exceeds_a_frame(
            sizes in prop::collection::vec(prop_oneof![1..200_usize, 10_000..40_000_usize], 0..20),
        ) {
            let events: Vec<String> = sizes.iter().map(|size| "7".repeat(*size)).collect();
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            let frames = frames(Protocol::Batch, &events);
            let texts = frames.iter().map(|frame| frame.text.trim_matches(['[', ']']));
            prop_assert_eq!(texts.flat_map(|text| text.split(',')).collect::<Vec<_>>(), events);
            for frame in frames {
                prop_assert!(frame.text.len() <= FRAME_BYTES || frame.events.len() == 1);
            }
        }
    }
}
