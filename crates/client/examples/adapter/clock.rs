//! The clock of the runtime.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time;

/// Moves the monotonic clock forward, and runs the timers that become due. Requires a runtime with one thread.
pub async fn advance(duration: Duration) {
    time::pause();
    // It only yields, and the clock must not stand still meanwhile.
    let _ = time::advance(duration).now_or_never();
    time::resume();
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}
