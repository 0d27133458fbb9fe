//! The client over real connections to a server that each test scripts.

mod collections;
mod connections;
mod examples;
mod log;
mod queues;
mod server;
mod stores;
mod tokens;

use std::time::Duration;

use futures_util::FutureExt;
use tablecast_client::{Item, Subscription};
use tokio::time::{self, timeout};

/// The longest wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("nothing happened")
}

/// Moves the monotonic clock forward, and runs the timers that become due.
async fn advance(duration: Duration) {
    time::pause();
    // It only yields, and the clock must not stand still meanwhile.
    let _ = time::advance(duration).now_or_never();
    time::resume();
    tokio::task::yield_now().await;
}

/// Returns the next item in short: the id of an event, or what it is.
async fn next(subscription: &mut Subscription) -> String {
    match within(subscription.next()).await.expect("the subscription is closed") {
        Item::Event(event) => event.id().to_owned(),
        Item::Late(event) => format!("late {}", event.id()),
        Item::Gap(gap) => format!("gap {}", gap.reason),
        other => format!("{other:?}"),
    }
}
