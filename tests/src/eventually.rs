//! Waits with a time limit, so that no test waits for ever.

use std::future::Future;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Longer than any step takes on a busy machine. Only a failing test waits this long.
pub const TIMEOUT: Duration = Duration::from_secs(60);

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Awaits a future. Panics with `what` after [`TIMEOUT`].
pub async fn within<T>(what: &str, awaited: impl Future<Output = T>) -> T {
    match timeout(TIMEOUT, awaited).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: not within {TIMEOUT:?}"),
    }
}

/// Calls `poll` until it returns a value. Panics with `what` after [`TIMEOUT`].
pub async fn eventually<T>(what: &str, mut poll: impl AsyncFnMut() -> Option<T>) -> T {
    let polling = async {
        loop {
            match poll().await {
                Some(found) => return found,
                None => sleep(POLL_INTERVAL).await,
            }
        }
    };
    within(what, polling).await
}
