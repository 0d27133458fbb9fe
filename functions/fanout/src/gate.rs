use std::cell::Cell;

use tokio::time::Instant;

use crate::pacer::Pacer;

/// Two things that each frame waits for: the rate, and the worker's right to push.
#[derive(Debug)]
pub struct Gate {
    pub pacer: Pacer,
    held_until: Cell<Instant>,
    is_closed: Cell<bool>,
}

impl Gate {
    pub fn new(pacer: Pacer, held_until: Instant) -> Self {
        Self { pacer, held_until: Cell::new(held_until), is_closed: Cell::new(false) }
    }

    /// Returns whether a frame may be sent now.
    pub async fn may_send(&self) -> bool {
        if !self.is_open() {
            return false;
        }
        self.pacer.wait().await;
        self.is_open()
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
    }

    pub fn open(&self) {
        self.is_closed.set(false);
    }
}
