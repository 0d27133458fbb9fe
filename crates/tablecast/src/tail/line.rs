use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How to print an event.
#[derive(Debug, Clone, Copy)]
pub enum Style {
    /// Unchanged.
    Json,
    Text {
        colour: bool,
    },
}

/// The attributes of a CloudEvent that a line shows. The data stays text, so that numbers keep all digits.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    time: Option<Cow<'a, str>>,
    #[serde(rename = "type", borrow)]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    subject: Option<Cow<'a, str>>,
    /// True if it is older than an event of its subject that was sent before.
    #[serde(default)]
    late: bool,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// The mark of an event that is no news.
const LATE: &str = "(late)";

const DIM: &str = "2";
const CYAN: &str = "36";
const BOLD: &str = "1";

impl Style {
    /// Returns a message that is not a CloudEvent as a whole.
    pub fn line(self, frame: &str) -> String {
        match (self, serde_json::from_str(frame)) {
            (Self::Json, _) => on_one_line(frame),
            (Self::Text { colour }, Ok(event)) => text(&event, colour),
            (Self::Text { .. }, Err(_)) => printable(frame),
        }
    }
}

fn text(event: &Event<'_>, colour: bool) -> String {
    let paint = |code: &str, text: &str| match colour {
        true => format!("\x1b[{code}m{}\x1b[0m", printable(text)),
        false => printable(text),
    };
    let time = event.time.as_deref().map(|time| paint(DIM, time));
    let subject = event.subject.as_deref().map(|subject| paint(BOLD, subject));
    let data = event.data.map(|data| printable(data.get()));
    let late = event.late.then(|| paint(DIM, LATE));
    let parts = [time, Some(paint(CYAN, &event.event_type)), late, subject, data];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Line breaks in JSON are only white space.
fn on_one_line(frame: &str) -> String {
    frame.replace(['\n', '\r'], " ")
}

/// Replaces control characters: text from the network must not move the cursor or change colours.
pub fn printable(text: &str) -> String {
    on_one_line(text).replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style::Text { colour: false };

    const EVENT: &str = r#"{"specversion":"1.0","id":"1","source":"tablecast/orders","type":"order.placed.v1","subject":"orders/acme/1001","time":"2026-01-01T00:00:00Z","data":{"total":12345678901234567890.10}}"#;

    #[test]
    fn a_line_has_time_type_subject_and_data_with_all_digits() {
        let expected =
            r#"2026-01-01T00:00:00Z order.placed.v1 orders/acme/1001 {"total":12345678901234567890.10}"#;
        assert_eq!(PLAIN.line(EVENT), expected);
    }

    #[test]
    fn colour_changes_no_text() {
        let line = Style::Text { colour: true }.line(EVENT);
        assert!(line.contains("\x1b[36morder.placed.v1\x1b[0m"), "{line}");
        let codes = ["\x1b[2m", "\x1b[36m", "\x1b[1m", "\x1b[0m"];
        let bare = codes.iter().fold(line, |line, code| line.replace(code, ""));
        assert_eq!(bare, PLAIN.line(EVENT));
    }

    #[test]
    fn the_line_of_a_late_event_has_a_mark() {
        let late = PLAIN.line(r#"{"late":true,"type":"order.placed.v1","subject":"orders/acme/1001"}"#);
        assert_eq!(late, "order.placed.v1 (late) orders/acme/1001");
    }

    #[test]
    fn json_is_the_unchanged_event_on_one_line() {
        assert_eq!(Style::Json.line(EVENT), EVENT);
        assert_eq!(Style::Json.line("{\"type\":\r\n1}"), "{\"type\":  1}");
    }

    #[test]
    fn missing_attributes_are_left_out() {
        assert_eq!(PLAIN.line(r#"{"type":"tablecast.pong.v1"}"#), "tablecast.pong.v1");
    }

    #[test]
    fn a_message_that_is_not_an_event_is_shown_as_a_whole() {
        let error = r#"{"message":"Forbidden","connectionId":"a="}"#;
        assert_eq!(PLAIN.line(error), error);
        assert_eq!(PLAIN.line("hello"), "hello");
    }

    #[test]
    fn an_event_cannot_control_the_terminal() {
        let escaped = r#"{"type":"\u001b[2J","subject":"a\nb","data":"\u0007"}"#;
        assert_eq!(PLAIN.line(escaped), "\u{fffd}[2J a b \"\\u0007\"");
        assert_eq!(PLAIN.line("{\"type\":\"t\",\"data\":\"\u{9b}2J\"}"), "t \"\u{fffd}2J\"");
        assert_eq!(PLAIN.line("\x1b[2J"), "\u{fffd}[2J");
    }
}
