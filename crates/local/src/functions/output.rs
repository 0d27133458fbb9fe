//! What a child prints, JSON or text, as readable lines of our own log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::task::JoinHandle;
use tracing::Level;

/// CloudWatch Logs: 256 KB an event; a line on a terminal needs far less.
const MAX_LINE_BYTES: u64 = 16 * 1024;

/// Which of the members of a line are metrics: for CloudWatch (its Embedded Metric Format), not for people.
const METRICS: &str = "_aws";

/// The end of what a process printed, for the report of its death.
#[derive(Clone, Default)]
pub struct LastLines(Arc<Mutex<VecDeque<String>>>);

/// A line, ready to print.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    level: Level,
    text: String,
}

/// Prints every line until the child closes its end.
pub fn forward(
    function: &str,
    output: impl AsyncRead + Unpin + Send + 'static,
    last: &LastLines,
) -> JoinHandle<()> {
    let (function, last) = (function.to_owned(), last.clone());
    tokio::spawn(async move {
        let mut output = BufReader::new(output);
        while let Some(bytes) = next_line(&mut output).await {
            if bytes.is_empty() {
                continue;
            }
            let line = Line::read(&bytes);
            last.push(&line.text);
            line.print(&function);
        }
    })
}

/// A line without its end; one that is too long comes in several parts.
async fn next_line(output: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = output.take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await;
    match read {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim_ascii_end().to_owned()),
    }
}

impl Line {
    fn read(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(entry)) => Self::from_json(entry),
            _ => Self { level: Level::INFO, text: printable(&String::from_utf8_lossy(bytes)) },
        }
    }

    /// As tracing and Lambda write it: level and time beside the fields, or around `fields`. Of metrics, what is 0 is
    /// of no interest here.
    fn from_json(mut entry: Map<String, Value>) -> Self {
        let level = entry.get("level").and_then(Value::as_str).and_then(|level| level.parse().ok());
        let mut fields = match entry.remove("fields") {
            Some(Value::Object(fields)) => fields,
            _ => entry,
        };
        let message = fields.remove("message").map(|message| plain(&message)).unwrap_or_default();
        let has_metrics = fields.remove(METRICS).is_some();
        let own = ["level", "timestamp", "target", "span", "spans"];
        let hidden = |name: &str, value: &Value| own.contains(&name) || (has_metrics && *value == 0);
        let fields = fields.iter().filter(|(name, value)| !hidden(name, value));
        let fields = fields.map(|(name, value)| format!(" {name}={}", plain(value)));
        let text = std::iter::once(message).chain(fields).collect::<String>();
        Self { level: level.unwrap_or(Level::INFO), text: printable(text.trim_start()) }
    }

    fn print(&self, function: &str) {
        let text = &self.text;
        match self.level {
            Level::ERROR => tracing::error!("{function}: {text}"),
            Level::WARN => tracing::warn!("{function}: {text}"),
            Level::INFO => tracing::info!("{function}: {text}"),
            Level::DEBUG => tracing::debug!("{function}: {text}"),
            Level::TRACE => tracing::trace!("{function}: {text}"),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A child must not move the terminal's cursor or break the line.
fn printable(text: &str) -> String {
    let escape = |character: char| match character {
        '\t' => String::from(" "),
        control if control.is_control() => control.escape_default().to_string(),
        visible => String::from(visible),
    };
    text.chars().map(escape).collect()
}

impl LastLines {
    const KEPT: usize = 10;

    fn push(&self, line: &str) {
        let mut lines = self.lock();
        lines.push_back(line.to_owned());
        if lines.len() > Self::KEPT {
            lines.pop_front();
        }
    }

    pub fn text(&self) -> String {
        let lines = self.lock();
        lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: Level, text: &str) -> Line {
        Line { level, text: text.to_owned() }
    }

    async fn lines_of(output: &[u8]) -> Vec<Vec<u8>> {
        let mut output = BufReader::new(output);
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut output).await {
            lines.push(line);
        }
        lines
    }

    #[test]
    fn a_json_line_keeps_its_level_message_and_fields() {
        let nested =
            br#"{"timestamp":"t","level":"WARN","fields":{"message":"gone","connection":"a=","n":3},"target":"d"}"#;
        assert_eq!(Line::read(nested), line(Level::WARN, "gone connection=a= n=3"));
        let flat = br#"{"timestamp":"t","level":"ERROR","message":"lost","entries":[1],"target":"d"}"#;
        assert_eq!(Line::read(flat), line(Level::ERROR, "lost entries=[1]"));
        assert_eq!(Line::read(br#"{"level":"DEBUG","a":1}"#), line(Level::DEBUG, "a=1"));
    }

    #[test]
    fn of_metrics_only_what_happened_is_shown() {
        let metrics =
            br#"{"level":"INFO","message":"batch dispatched","Pipe":"orders","Records":3,"Gone":0,"Lag":87,
            "span":{"requestId":"r"},"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}"#;
        assert_eq!(Line::read(metrics), line(Level::INFO, "batch dispatched Lag=87 Pipe=orders Records=3"));
        assert_eq!(Line::read(br#"{"level":"INFO","retries":0}"#), line(Level::INFO, "retries=0"));
    }

    #[test]
    fn anything_else_is_text() {
        assert_eq!(Line::read(b"thread 'main' panicked"), line(Level::INFO, "thread 'main' panicked"));
        assert_eq!(Line::read(b"{\"level\":"), line(Level::INFO, "{\"level\":"));
        assert_eq!(Line::read(b"[1]"), line(Level::INFO, "[1]"));
    }

    #[test]
    fn no_byte_reaches_the_terminal_as_a_control_character() {
        assert_eq!(Line::read(b"\x1b[2J\x00\xff").text, "\\u{1b}[2J\\u{0}\u{fffd}");
        assert_eq!(Line::read(br#"{"message":"a\nb\u001b"}"#).text, "a\\nb\\u{1b}");
    }

    #[tokio::test]
    async fn a_long_line_comes_in_parts_and_the_next_one_is_whole() {
        let limit = usize::try_from(MAX_LINE_BYTES).unwrap();
        let output = [vec![b'x'; limit], b"yz\nnext\r\nlast".to_vec()].concat();
        assert_eq!(
            lines_of(&output).await,
            [vec![b'x'; limit], b"yz".to_vec(), b"next".to_vec(), b"last".to_vec()]
        );
    }

    #[test]
    fn the_last_ten_lines_are_kept() {
        let last = LastLines::default();
        (0..11).for_each(|n| last.push(&n.to_string()));
        assert_eq!(last.text(), "  1\n  2\n  3\n  4\n  5\n  6\n  7\n  8\n  9\n  10");
    }
}
