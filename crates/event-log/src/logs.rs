use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::Client;

use crate::clock::ServerClock;
use crate::damage::DamagedItem;
use crate::meter::Meter;
use crate::tails::Tails;

/// The logs of all channels.
#[derive(Debug, Clone)]
pub struct Logs {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) clock: ServerClock,
    /// Damaged items that were read and not yet reported as a metric.
    pub(crate) damaged: Arc<AtomicUsize>,
    /// By channel: the end of its log after this process's last batch.
    tails: Arc<Mutex<Tails>>,
    pub(crate) meter: Option<Meter>,
}

impl Logs {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        let clock = ServerClock::default();
        let config = client.config().to_builder().interceptor(clock.clone()).build();
        let (damaged, tails) = Default::default();
        let client = Client::from_conf(config);
        Self { client, table: table.into(), clock, damaged, tails, meter: None }
    }

    /// The same logs, with a meter for every read.
    pub fn metered(&self, meter: Meter) -> Self {
        Self { meter: Some(meter), ..self.clone() }
    }

    pub(crate) fn tails(&self) -> MutexGuard<'_, Tails> {
        self.tails.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Returns how many damaged items this process has read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.damaged.swap(0, Ordering::Relaxed)
    }

    /// Logs a damaged item, and counts it.
    pub(crate) fn report(&self, damaged: &DamagedItem) {
        self.damaged.fetch_add(1, Ordering::Relaxed);
        let DamagedItem { pk, sk, reason } = damaged;
        let table = &self.table;
        tracing::error!(
            table,
            pk,
            sk,
            reason,
            "skipped a damaged item of the log: clients that need its events receive recovered: false"
        );
    }
}
