use std::cell::Cell;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pacer::Pacer;

/// Two things that each frame waits for: the rate, and the worker's right to push.
#[derive(Debug)]
pub struct Gate {
    pub pacer: Pacer,
    held_until: Cell<Instant>,
    is_closed: Cell<bool>,
    closed: Notify,
}

impl Gate {
    pub fn new(pacer: Pacer, held_until: Instant) -> Self {
        Self { pacer, held_until: Cell::new(held_until), is_closed: Cell::new(false), closed: Notify::new() }
    }

    /// Returns whether a frame may be sent now. Those that wait when the gate is closed wait no longer.
    pub async fn may_send(&self) -> bool {
        if !self.is_open() {
            return false;
        }
        tokio::select! {
            () = self.pacer.wait() => self.is_open(),
            () = self.closed.notified() => false,
        }
    }

    pub fn is_held(&self) -> bool {
        Instant::now() < self.held_until.get()
    }

    fn is_open(&self) -> bool {
        !self.is_closed.get() && self.is_held()
    }

    /// The worker holds its lease until then.
    pub fn hold(&self, until: Instant) {
        self.held_until.set(until);
    }

    pub fn close(&self) {
        self.is_closed.set(true);
        self.closed.notify_waiters();
    }

    pub fn open(&self) {
        self.is_closed.set(false);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn frames_that_wait_for_the_rate_stop_when_the_gate_is_closed() {
        let start = Instant::now();
        let gate = Gate::new(Pacer::new(1), start + Duration::from_secs(100));
        let close = async { gate.close() };
        let (first, second, third, ()) =
            tokio::join!(gate.may_send(), gate.may_send(), gate.may_send(), close);
        assert!([first, second, third].contains(&false) && start.elapsed() < Duration::from_secs(1));
    }
}
