//! Reads one subscription.

use futures_util::FutureExt;
use tablecast_client::Subscription;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::lines::{print_item, print_ready};

/// A task that reads one subscription, while the gate is open.
pub struct Reader {
    pub gate: watch::Sender<bool>,
    pub task: JoinHandle<()>,
}

impl Reader {
    pub fn start(name: String, subscription: Subscription) -> Self {
        let (gate, is_open) = watch::channel(true);
        Self { gate, task: tokio::spawn(read(name, subscription, is_open)) }
    }
}

async fn read(name: String, mut subscription: Subscription, mut is_open: watch::Receiver<bool>) {
    let mut ready = Box::pin(subscription.ready());
    let mut is_ready = false;
    loop {
        let item = tokio::select! {
            biased;
            ready = &mut ready, if !is_ready => {
                is_ready = true;
                print_ready(&name, &ready);
                continue;
            }
            item = subscription.next() => item,
        };
        let Some(item) = item else { return };
        // Both can become ready at once. The line comes first.
        if !is_ready && let Some(ready) = (&mut ready).now_or_never() {
            is_ready = true;
            print_ready(&name, &ready);
        }
        if is_open.wait_for(|is_open| *is_open).await.is_err() {
            return;
        }
        print_item(&name, &item);
        subscription.handled();
    }
}
