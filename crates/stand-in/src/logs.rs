//! Captures the log of the code under test. Each test has its own thread, and so its own log.

use std::cell::{Cell, RefCell};
use std::io::{Result, Write};
use std::sync::Once;

use serde_json::Value;
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

thread_local! {
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static WITH_SDK: Cell<bool> = const { Cell::new(false) };
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

/// Captures lines from DEBUG on, without those of the SDK: its spans take more time than the code under test.
pub fn capture() {
    static START: Once = Once::new();
    START.call_once(|| {
        let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(|| Log);
        let is_wanted = dynamic_filter_fn(|metadata, _| WITH_SDK.get() || !is_of_sdk(metadata.target()));
        let lines = lines.with_filter(is_wanted.with_max_level_hint(LevelFilter::DEBUG));
        tracing_subscriber::registry().with(lines).init();
    });
}

/// Captures the lines of the SDK, too. At TRACE, it logs whole requests and responses.
pub fn capture_sdk() {
    WITH_SDK.set(true);
}

fn is_of_sdk(target: &str) -> bool {
    ["aws_", "hyper", "h2", "rustls"].into_iter().any(|name| target.starts_with(name))
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
