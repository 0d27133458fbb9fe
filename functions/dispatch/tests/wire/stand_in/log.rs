//! What dispatch logs. Each test has a thread of its own, and so a log of its own.

use std::cell::RefCell;
use std::io::{Result, Write};
use std::sync::Once;

use serde_json::Value;

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

pub fn capture() {
    static START: Once = Once::new();
    START.call_once(|| tracing_subscriber::fmt().json().flatten_event(true).with_writer(|| Log).init());
}

/// The lines so far.
pub fn lines() -> Vec<Value> {
    LOG.with_borrow(|log| {
        serde_json::Deserializer::from_slice(log).into_iter().map(|line| line.unwrap()).collect()
    })
}
