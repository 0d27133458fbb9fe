use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::future::try_join_all;
use tablecast_aws::StorageError;
use tablecast_event_log::{Meter, Replay};
use tablecast_protocol::Unrecovered;
use tokio::sync::OwnedSemaphorePermit;

use super::{Account, Quotas};
use crate::limits::{CAUTIOUS_PAGE, FREE_BYTES};

/// One read of a log or of a table, which a client pays for, and the channel or the partition.
pub struct Reading {
    quotas: Arc<Quotas>,
    accounts: Vec<Account>,
    /// The read stops when a quota is used up.
    stops: bool,
    bytes: AtomicUsize,
    exceeded: AtomicBool,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Reading {
    /// A read of a channel or of a partition, which is the account that all clients share. None if the client's quota
    /// is used up.
    pub fn begin(quotas: &Arc<Quotas>, client: Option<&Account>, shared: Account) -> Option<Arc<Self>> {
        let is_refused = client.is_some_and(|client| client.is_strict() && quotas.is_used_up(client));
        (!is_refused).then(|| Self::new(quotas, client, shared, true))
    }

    /// A read that must be complete: it ends a resume.
    pub fn complete(quotas: &Arc<Quotas>, client: Option<&Account>, source: &str) -> Arc<Self> {
        Self::new(quotas, client, Account::Channel(source.to_owned()), false)
    }

    fn new(quotas: &Arc<Quotas>, client: Option<&Account>, shared: Account, stops: bool) -> Arc<Self> {
        Arc::new(Self {
            quotas: quotas.clone(),
            accounts: client.cloned().into_iter().chain([shared]).collect(),
            stops,
            bytes: AtomicUsize::default(),
            exceeded: AtomicBool::default(),
            permit: Mutex::default(),
        })
    }

    /// The items to read at once: only few if the read may have to stop.
    pub fn page(&self, most: i32) -> i32 {
        let is_cautious = self.stops && self.accounts.iter().any(|account| self.quotas.is_used_up(account));
        if is_cautious { CAUTIOUS_PAGE.min(most) } else { most }
    }

    pub fn meter(self: &Arc<Self>) -> Meter {
        let reading = self.clone();
        Meter::new(self.page(i32::MAX), move |bytes| {
            let reading = reading.clone();
            Box::pin(async move { reading.charge(bytes).await })
        })
    }

    /// Returns whether to read on.
    pub async fn charge(&self, bytes: usize) -> Result<bool, StorageError> {
        let read = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_long = read > FREE_BYTES;
        let payments = self.accounts.iter().map(|account| async move {
            Ok(self.quotas.pay(account, bytes).await? || !(is_long || account.is_strict()))
        });
        let is_paid = try_join_all(payments).await?.into_iter().all(|is_paid| is_paid);
        if is_paid || !self.stops {
            self.wait_for_turn(is_long).await;
            return Ok(true);
        }
        self.exceeded.store(true, Ordering::Relaxed);
        Ok(false)
    }

    /// Waits until few enough long reads of this process run. Short ones never wait, nor do those that end a resume.
    async fn wait_for_turn(&self, is_long: bool) {
        if is_long && self.stops && self.permit().is_none() {
            let permit = self.quotas.long_reads.clone().acquire_owned().await;
            *self.permit() = permit.ok();
        }
    }

    /// The replay, with the reason why it ended early.
    pub fn with_reason(&self, mut replay: Replay) -> Replay {
        if self.exceeded.load(Ordering::Relaxed) && replay.events == Err(Unrecovered::TooMuch) {
            replay.events = Err(Unrecovered::QuotaExceeded);
        }
        replay
    }

    fn permit(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.permit.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tablecast_connections::Connections;
    use tablecast_stand_in::StandIn;

    use super::*;
    use crate::limits::RESUMES_AT_ONCE;

    #[tokio::test]
    async fn long_reads_wait_for_each_other_and_short_ones_for_none() {
        let stand_in = StandIn::start(&[]).await;
        let quotas = Arc::new(Quotas::new(Connections::new(stand_in.dynamodb(), "connections")));
        let channel = || Account::Channel("tablecast/orders".to_owned());
        let read = || Reading::new(&quotas, None, channel(), true);
        let mut running = Vec::new();
        for _ in 0..RESUMES_AT_ONCE {
            running.push(read());
            assert!(running.last().unwrap().wait_for_turn(true).now_or_never().is_some());
        }
        // A read that has its turn keeps it.
        assert!(running[0].wait_for_turn(true).now_or_never().is_some());
        let next = read();
        assert!(next.wait_for_turn(false).now_or_never().is_some());
        assert!(next.wait_for_turn(true).now_or_never().is_none());
        let complete = Reading::complete(&quotas, None, "tablecast/orders");
        assert!(complete.wait_for_turn(true).now_or_never().is_some());
        running.pop();
        assert!(next.wait_for_turn(true).now_or_never().is_some());
    }
}
