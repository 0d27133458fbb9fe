//! Prints the output of a child process, JSON or text, as readable lines of our log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::task::JoinHandle;
use tracing::Level;

/// CloudWatch Logs allows 256 KB for an event. A line on a terminal needs far less.
const MAX_LINE_BYTES: u64 = 16 * 1024;

/// The member with the metric definitions of CloudWatch's Embedded Metric Format. It is not for people.
const METRICS: &str = "_aws";

/// The last lines of a process, for the report of its end.
#[derive(Clone, Default)]
pub struct LastLines(Arc<Mutex<VecDeque<String>>>);

/// A log line.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    level: Level,
    text: String,
}

/// Prints each line until the child closes its output.
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

/// Returns a line without its line end. A line over the limit comes in several parts.
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

    /// Reads a line of tracing or Lambda, with the members at the top or within `fields`. Omits metrics with
    /// the value 0.
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

/// Escapes control characters, so that a child can neither move the cursor of the terminal nor break the
/// line.
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
mod tests;
