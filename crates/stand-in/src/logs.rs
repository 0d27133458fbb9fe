//! Captures the log of the code under test. Each test has its own thread, and so its own log.

use std::cell::RefCell;
use std::io::{Result, Write};
use std::sync::Once;

use serde_json::Value;
use tracing_subscriber::filter::LevelFilter;

thread_local! {
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Captures lines from DEBUG on. At TRACE, the SDK logs whole requests and responses.
pub fn capture() {
    static START: Once = Once::new();
    START.call_once(|| {
        let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::DEBUG);
        lines.json().flatten_event(true).with_writer(|| Log).init();
    });
}

/// The lines so far, as text.
pub fn text() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap())
}

/// The values of a field in the lines of a level.
pub fn values(level: &str, field: &str) -> Vec<Value> {
    let text = text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines = lines.filter(|line| line["level"] == level);
    lines.filter_map(|mut line| line.get_mut(field).map(Value::take)).collect()
}
