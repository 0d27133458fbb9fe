//! The trace of a change, as W3C Trace Context writes it: `00-<trace-id>-<parent-id>-<flags>`.

use std::fmt;

/// The bytes of a traceparent of version 00.
const BYTES: usize = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01".len();

const SAMPLED: u8 = 1;

/// A valid traceparent. It has digits only, so that it can hold no data of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent<'t> {
    trace_id: &'t str,
    parent_id: &'t str,
    flags: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a traceparent of W3C Trace Context, such as \
     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
)]
pub struct InvalidTraceParent;

impl<'t> TraceParent<'t> {
    /// Reads only the members of version 00 in a later version, as W3C demands.
    pub fn parse(text: &'t str) -> Result<Self, InvalidTraceParent> {
        let (version, rest) = text.split_once('-').ok_or(InvalidTraceParent)?;
        let is_whole = match hexadecimal(version, 2)? {
            "ff" => return Err(InvalidTraceParent),
            "00" => text.len() == BYTES,
            _ => text.len() == BYTES || text.as_bytes().get(BYTES) == Some(&b'-'),
        };
        let mut members = rest.splitn(4, '-');
        let mut member = |length| hexadecimal(members.next().unwrap_or_default(), length);
        let (trace_id, parent_id, flags) = (id(member(32)?)?, id(member(16)?)?, member(2)?);
        let flags = u8::from_str_radix(flags, 16).map_err(|_| InvalidTraceParent)?;
        if is_whole { Ok(Self { trace_id, parent_id, flags }) } else { Err(InvalidTraceParent) }
    }

    pub fn trace_id(&self) -> &'t str {
        self.trace_id
    }

    /// The trace header of X-Ray. Its trace id has the same 32 digits, in two parts.
    pub fn x_ray_header(&self) -> String {
        let (time, unique) = self.trace_id.split_at(8);
        let (parent, sampled) = (self.parent_id, self.flags & SAMPLED);
        format!("Root=1-{time}-{unique};Parent={parent};Sampled={sampled}")
    }
}

/// The trace id of a traceparent. None for any other text.
pub fn trace_id(traceparent: &str) -> Option<&str> {
    TraceParent::parse(traceparent).ok().map(|parent| parent.trace_id)
}

/// Always version 00.
impl fmt::Display for TraceParent<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "00-{}-{}-{:02x}", self.trace_id, self.parent_id, self.flags)
    }
}

fn hexadecimal(text: &str, length: usize) -> Result<&str, InvalidTraceParent> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    let is_valid = text.len() == length && text.bytes().all(is_digit);
    is_valid.then_some(text).ok_or(InvalidTraceParent)
}

/// An id of zeros is invalid.
fn id(digits: &str) -> Result<&str, InvalidTraceParent> {
    if digits.bytes().all(|digit| digit == b'0') { Err(InvalidTraceParent) } else { Ok(digits) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_printed_as_it_was_written() {
        let parent = TraceParent::parse(PARENT).unwrap();
        assert_eq!(parent.to_string(), PARENT);
        assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(trace_id(PARENT), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(trace_id("4bf92f3577b34da6a3ce929d0e0e4736"), None);
    }

    #[test]
    fn a_later_version_is_read_as_version_00() {
        for later in [PARENT.replacen("00", "cc", 1), format!("{}-more-01", PARENT.replacen("00", "01", 1))] {
            assert_eq!(TraceParent::parse(&later).map(|parent| parent.to_string()).as_deref(), Ok(PARENT));
        }
    }

    #[test]
    fn a_text_of_another_form_is_no_traceparent() {
        let zeros = "0".repeat(32);
        for text in [
            "",
            "-",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            &format!("00-{zeros}-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(TraceParent::parse(text), Err(InvalidTraceParent), "{text:?}");
        }
    }

    #[test]
    fn the_header_of_x_ray_has_the_same_ids_and_sampling() {
        let header = |text: &str| TraceParent::parse(text).unwrap().x_ray_header();
        let expected = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
        assert_eq!(header(PARENT), expected);
        assert_eq!(header(&PARENT.replace("-01", "-03")), expected);
        assert!(header(&PARENT.replace("-01", "-02")).ends_with("Sampled=0"));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_becomes_a_canonical_traceparent(text in "[0-9a-f-]{0,60}|\\PC{0,60}") {
            if let Ok(parent) = TraceParent::parse(&text) {
                let canonical = parent.to_string();
                prop_assert_eq!(TraceParent::parse(&canonical), Ok(parent));
            }
        }
    }
}
