use std::time::Duration;

use bytes::Bytes;

use super::queue;
use crate::clock::Clock;
use crate::functions::Functions;

const MINUTE: Duration = Duration::from_secs(60);

/// Calls a function every minute, as a schedule of EventBridge does. Never returns.
pub async fn every_minute(functions: Functions, clock: Clock, name: &str, payload: &'static [u8]) {
    loop {
        clock.sleep_until(clock.now() + MINUTE).await;
        queue::call(functions.clone(), name.to_owned(), Bytes::from_static(payload));
    }
}
