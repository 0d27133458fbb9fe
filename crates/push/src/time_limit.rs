use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// None if the time is over, before or during the work.
pub async fn within<T>(until: Instant, work: impl Future<Output = T>) -> Option<T> {
    if until.duration_since(Instant::now()) == Duration::ZERO {
        return None;
    }
    timeout_at(until, work).await.ok()
}
