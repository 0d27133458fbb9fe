use tablecast_protocol::event::{BUS_OVERHEAD_BYTES, MAX_BUS_BYTES};

use super::*;

fn with(text: &str) -> Entry<'_> {
    Entry {
        id: "1",
        pipe: "orders",
        event_type: "a.v1",
        time: DateTime::from_secs(1),
        text,
        traceparent: None,
    }
}

/// A text that makes an entry this long.
fn text(bytes: usize) -> String {
    "é".repeat((bytes - with("").size()) / 2) + &"x".repeat((bytes - with("").size()) % 2)
}

fn lengths(sizes: &[usize]) -> Vec<usize> {
    let texts: Vec<_> = sizes.iter().map(|bytes| text(*bytes)).collect();
    let events: Vec<_> = texts.iter().map(|text| with(text)).collect();
    chunks(&events, (0..events.len()).collect(), MAX_BUS_BYTES).iter().map(Vec::len).collect()
}

#[test]
fn a_request_has_at_most_ten_entries() {
    assert_eq!(lengths(&[]), [0; 0]);
    assert_eq!(lengths(&[200; 10]), [10]);
    assert_eq!(lengths(&[200; 11]), [10, 1]);
}

#[test]
fn a_request_is_filled_up_to_its_limit_and_no_more() {
    assert_eq!(lengths(&[MAX_BUS_BYTES - 200, 200, 200]), [2, 1]);
    assert_eq!(lengths(&[MAX_BUS_BYTES - 200, 201]), [1, 1]);
    assert_eq!(lengths(&[MAX_BUS_BYTES, MAX_BUS_BYTES]), [1, 1]);
}

#[test]
fn an_event_at_the_limit_is_sent_and_one_byte_more_is_not() {
    for most in [MAX_BUS_BYTES, 256 * 1024] {
        assert_eq!(with(&text(most)).check(most), State::Pending);
        assert_eq!(with(&text(most + 1)).check(most), State::Failed);
    }
}

/// `dispatch` refuses an event that would not fit, before anybody receives it.
#[test]
fn an_entry_has_less_than_the_overhead_beside_its_event() {
    let (pipe, event_type) = ("p".repeat(57), "é".repeat(128));
    let entry = Entry { pipe: &pipe, event_type: &event_type, ..with("") };
    let position = r#""position":"0123456789abcdef-18446744073709551615","late":true,"#;
    assert!(entry.size() + position.len() < BUS_OVERHEAD_BYTES);
}

#[test]
fn the_size_counts_bytes_and_not_characters() {
    assert_eq!(with("é").size(), with("").size() + 2);
}

#[test]
fn an_entry_holds_the_whole_event_and_the_pipes_name() {
    let entry = with("{}").on("bus");
    assert_eq!(entry.source(), Some("tablecast.orders"));
    assert_eq!(entry.detail_type(), Some("a.v1"));
    assert_eq!(entry.detail(), Some("{}"));
    assert_eq!(entry.time(), Some(&DateTime::from_secs(1)));
}

#[test]
fn an_entry_continues_the_trace_of_its_change_and_no_other() {
    let header =
        |traceparent| Entry { traceparent, ..with("{}") }.on("bus").trace_header().map(str::to_owned);
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let expected = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
    assert_eq!(header(Some(parent)).as_deref(), Some(expected));
    assert_eq!([header(None), header(Some("nonsense"))], [None, None]);
}
