use std::future::Future;
use std::time::Duration;

use tablecast_pipes::server;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::api;
use super::error::DatabaseError;
use super::handle::Database;
use crate::origins::Origins;

/// DynamoDB may take days to delete an expired item. A developer should not wait.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);
/// A sweep scans whole tables. The pause after it is at least 19 times as long, so sweeps take 5 % of the
/// time.
const SWEEP_PAUSE_FACTOR: u32 = 19;
/// The maximum delay of the end by open requests.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

impl Database {
    /// Serves the DynamoDB API to programs and to pages of `origins`, and deletes expired items, until
    /// `shutdown`.
    pub async fn serve(
        &self,
        listener: TcpListener,
        origins: Origins,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        let (ended, end) = oneshot::channel();
        let stop = async move {
            shutdown.await;
            ended.send(()).ok();
        };
        let router = api::router(self, origins);
        tokio::select! {
            () = server::serve(listener, router, stop) => {}
            () = after_timeout(end) => {}
            () = self.sweep_forever() => {}
        }
    }

    /// Deletes expired items, like DynamoDB's TTL. Returns their number.
    pub async fn sweep_expired(&self) -> Result<usize, DatabaseError> {
        self.run(|engine| Ok(engine.sweep_ttl()?)).await
    }

    async fn sweep_forever(&self) {
        loop {
            let start = Instant::now();
            if let Err(error) = self.sweep_expired().await {
                tracing::warn!("cannot delete expired items: {error}; trying again");
            }
            sleep(SWEEP_INTERVAL.max(start.elapsed() * SWEEP_PAUSE_FACTOR)).await;
        }
    }
}

async fn after_timeout(end: oneshot::Receiver<()>) {
    end.await.ok();
    sleep(SHUTDOWN_TIMEOUT).await;
}
