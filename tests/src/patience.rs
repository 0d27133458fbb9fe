use std::future::Future;
use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Longer than anything takes on a busy machine: only a failure waits for so long.
pub const PATIENCE: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// `what` is told when it does not come.
pub async fn within<T>(what: &str, awaited: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, awaited).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: not within {PATIENCE:?}"),
    }
}

/// Looks again and again, for what nobody can be told of.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            match look().await {
                Some(found) => return found,
                None => sleep(PAUSE).await,
            }
        }
    };
    within(what, looking).await
}
