use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tracing::warn;

/// A log line about closed connections appears at most once in this time.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The connections that wait for their client. Clones share them.
#[derive(Clone)]
pub struct Waiting {
    state: Arc<Mutex<State>>,
    /// A connection no longer waits.
    left: Arc<Notify>,
    maximum: usize,
    min_wait: Duration,
}

#[derive(Default)]
struct State {
    /// By ticket: the oldest is first.
    waiters: BTreeMap<u64, Waiter>,
    last_ticket: u64,
    /// Connections that were closed, and not logged yet.
    closed: usize,
    logged_at: Option<Instant>,
}

struct Waiter {
    since: Instant,
    close: Arc<Notify>,
}

/// The place of one connection. Dropping it ends its wait.
pub struct Seat {
    waiting: Waiting,
    state: Mutex<SeatState>,
    close: Arc<Notify>,
}

#[derive(Clone, Copy, Default)]
enum SeatState {
    /// The server handles a request, or the connection is upgraded.
    #[default]
    Busy,
    /// Between requests. The client has sent nothing of the next one.
    Idle,
    /// For the client, with this ticket.
    Waiting(u64),
}

impl Waiting {
    pub fn new(maximum: usize, min_wait: Duration) -> Self {
        Self { state: Arc::default(), left: Arc::default(), maximum, min_wait }
    }

    pub fn seat(&self) -> Seat {
        Seat { waiting: self.clone(), state: Mutex::default(), close: Arc::default() }
    }

    /// Returns when another connection may wait. Closes the oldest one if it has waited long enough.
    pub async fn make_room(&self) {
        while let Some(closable_at) = self.full_until() {
            tokio::select! {
                () = self.left.notified() => {}
                () = sleep_until(closable_at) => self.close_oldest(),
            }
        }
    }

    /// Returns the time from which the oldest connection may be closed, or `None` if there is room.
    fn full_until(&self) -> Option<Instant> {
        let state = lock(&self.state);
        let is_full = state.waiters.len() >= self.maximum;
        let oldest = state.waiters.values().next().filter(|_| is_full);
        oldest.map(|oldest| oldest.since + self.min_wait)
    }

    fn close_oldest(&self) {
        let mut state = lock(&self.state);
        if state.waiters.len() < self.maximum {
            return;
        }
        if let Some((_, oldest)) = state.waiters.pop_first() {
            oldest.close.notify_one();
            state.log_closed();
        }
    }

    fn enter(&self, close: &Arc<Notify>) -> u64 {
        let mut state = lock(&self.state);
        state.last_ticket += 1;
        let ticket = state.last_ticket;
        state.waiters.insert(ticket, Waiter { since: Instant::now(), close: close.clone() });
        ticket
    }

    fn leave(&self, ticket: u64) {
        if lock(&self.state).waiters.remove(&ticket).is_some() {
            self.left.notify_one();
        }
    }
}

impl State {
    fn log_closed(&mut self) {
        self.closed += 1;
        if self.logged_at.is_none_or(|at| at.elapsed() >= LOG_INTERVAL) {
            let count = std::mem::take(&mut self.closed);
            self.logged_at = Some(Instant::now());
            warn!("closed {count} connections whose clients sent no whole request, because too many waited");
        }
    }
}

impl Seat {
    /// The connection waits for its client from now on.
    pub fn wait(&self) {
        let ticket = self.waiting.enter(&self.close);
        self.enter_state(SeatState::Waiting(ticket));
    }

    /// A whole request has arrived.
    pub fn leave(&self) {
        self.enter_state(SeatState::Busy);
    }

    /// The response is ready.
    pub fn idle(&self) {
        self.enter_state(SeatState::Idle);
    }

    /// The client has sent something.
    pub fn received(&self) {
        let state = *lock(&self.state);
        if let SeatState::Idle = state {
            self.wait();
        }
    }

    /// Returns when the server closes this connection.
    pub async fn closed(&self) {
        self.close.notified().await;
    }

    fn enter_state(&self, state: SeatState) {
        let before = std::mem::replace(&mut *lock(&self.state), state);
        if let SeatState::Waiting(ticket) = before {
            self.waiting.leave(ticket);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN_WAIT: Duration = Duration::from_millis(200);

    fn two_seats() -> (Waiting, Seat, Seat) {
        let waiting = Waiting::new(2, MIN_WAIT);
        let (first, second) = (waiting.seat(), waiting.seat());
        first.wait();
        second.wait();
        (waiting, first, second)
    }

    /// Returns whether the future is ready much sooner than the shortest wait.
    async fn is_immediate(future: impl Future<Output = ()>) -> bool {
        tokio::time::timeout(MIN_WAIT / 2, future).await.is_ok()
    }

    #[tokio::test]
    async fn the_oldest_connection_is_closed_after_the_shortest_wait() {
        let (waiting, first, second) = two_seats();
        assert!(!is_immediate(waiting.make_room()).await);
        waiting.make_room().await;
        assert!(is_immediate(first.closed()).await);
        assert!(!is_immediate(second.closed()).await);
    }

    #[tokio::test]
    async fn a_whole_request_makes_room_at_once() {
        let (waiting, _first, second) = two_seats();
        let both = tokio::join!(is_immediate(waiting.make_room()), async { second.leave() });
        assert!(both.0);
    }

    #[tokio::test]
    async fn an_idle_connection_waits_only_after_the_first_byte_of_a_request() {
        let (waiting, _first, second) = two_seats();
        second.idle();
        assert!(is_immediate(waiting.make_room()).await);
        second.received();
        assert!(!is_immediate(waiting.make_room()).await);
        second.leave();
        second.received();
        assert!(is_immediate(waiting.make_room()).await, "a body or a WebSocket frame");
    }

    #[tokio::test]
    async fn a_dropped_connection_makes_room() {
        let (waiting, first, _second) = two_seats();
        drop(first);
        assert!(is_immediate(waiting.make_room()).await);
    }
}
