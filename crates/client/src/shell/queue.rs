use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::item::{Item, NotReady};
use super::readiness::{Decision, Readiness};
use super::waiting::{Place, Waiting, WaitingItems};
use crate::machine::{Delivery, Progress, Refused};

/// The most deliveries that wait for the application. The server's log keeps the following events.
const MAX_WAITING: usize = 10_000;

/// The result of taking the next item.
pub(super) enum Taken {
    Item(Item),
    Closed,
    Empty {
        /// The client paused the subscription while this queue was full.
        was_paused: bool,
    },
}

/// The deliveries of one subscription that wait for the application, and the progress of the application.
pub(super) struct Queue {
    /// The name of the progress in the store.
    pub name: String,
    state: Mutex<State>,
    /// A delivery waits, or the subscription is closed.
    pub changed: Notify,
    /// The progress of the application changed.
    progressed: Arc<Notify>,
    readiness: Readiness,
}

#[derive(Default)]
struct State {
    waiting: WaitingItems,
    /// The delivery that the application handles now, and what it replaced.
    handling: Option<(Delivery, VecDeque<Place>)>,
    /// None until the subscription has started.
    progress: Option<Progress>,
    /// The number of subjects that the server has not refused.
    subjects: usize,
    is_paused: bool,
    is_closed: bool,
}

impl Queue {
    /// `newest_only`: keep only the newest waiting event of each subject.
    pub fn new(name: String, subjects: usize, newest_only: bool, progressed: Arc<Notify>) -> Self {
        let state = State { waiting: WaitingItems::new(newest_only), subjects, ..State::default() };
        let (changed, readiness) = (Notify::new(), Readiness::new());
        Self { name, state: Mutex::new(state), changed, progressed, readiness }
    }

    pub fn start(&self, progress: Progress) {
        self.state().progress = Some(progress);
    }

    /// Returns whether the queue is full.
    pub fn deliver(&self, delivery: Delivery) -> bool {
        if let Delivery::Refused(refused) = &delivery {
            self.refused(refused);
        }
        self.push(|waiting| waiting.add(delivery))
    }

    /// A subscription is ready although the server refuses some of its subjects.
    fn refused(&self, refused: &Refused) {
        let mut state = self.state();
        state.subjects = state.subjects.saturating_sub(1);
        if state.subjects == 0 {
            drop(state);
            self.readiness.decide(Err(NotReady::Refused(refused.clone())));
        }
    }

    /// The log has an error that no item can have any more. An application that does not read has each error once.
    pub fn store_failed(&self, error: String) {
        let is_known = match self.state() {
            state if state.is_closed => return tracing::warn!(%error, "a closed subscription"),
            state => matches!(state.waiting.last(), Some(Waiting::StoreFailed(last)) if *last == error),
        };
        if !is_known {
            self.push(|waiting| waiting.add_failure(error));
        }
    }

    fn push(&self, add: impl FnOnce(&mut WaitingItems)) -> bool {
        let mut state = self.state();
        if state.is_closed {
            return false;
        }
        add(&mut state.waiting);
        self.changed.notify_one();
        state.waiting.len() >= MAX_WAITING
    }

    /// The server has the subscription.
    pub fn confirm(&self) {
        self.readiness.decide(Ok(()));
    }

    /// Records that the client receives no more until the queue is empty. It may be empty already.
    pub fn pause(&self) {
        self.state().is_paused = true;
        self.changed.notify_one();
    }

    /// Returns whether it was open.
    pub fn close(&self) -> bool {
        self.readiness.decide(Err(NotReady::Closed));
        let mut state = self.state();
        state.waiting.clear();
        self.changed.notify_one();
        !std::mem::replace(&mut state.is_closed, true)
    }

    pub fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Returns the next item. The one before is handled.
    pub fn take(&self) -> Taken {
        let mut state = self.state();
        loop {
            match state.waiting.pop() {
                _ if state.is_closed => return Taken::Closed,
                None => return Taken::Empty { was_paused: std::mem::take(&mut state.is_paused) },
                Some(Waiting::StoreFailed(error)) => return Taken::Item(Item::StoreFailed(error)),
                Some(Waiting::Delivery { delivery, replaced }) => match Item::of(&delivery) {
                    Some(item) => {
                        state.handling = Some((delivery, replaced));
                        return Taken::Item(item);
                    }
                    None => self.record(&mut state, &delivery, &replaced),
                },
            }
        }
    }

    /// Records that the application has handled its item.
    pub fn handled(&self) {
        let mut state = self.state();
        if let Some((delivery, replaced)) = state.handling.take() {
            self.record(&mut state, &delivery, &replaced);
        }
    }

    /// A copy of the progress of the application.
    pub fn progress(&self) -> Option<Progress> {
        self.state().progress.clone()
    }

    pub fn readiness(&self) -> watch::Receiver<Decision> {
        self.readiness.subscribe()
    }

    fn record(&self, state: &mut State, delivery: &Delivery, replaced: &VecDeque<Place>) {
        if let Some(progress) = &mut state.progress {
            replaced.iter().for_each(|place| progress.add_place(&place.source, place.position));
            progress.add(delivery);
            self.progressed.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_that_does_not_read_has_each_error_of_a_store_once() {
        let queue = Queue::new("orders".to_owned(), 1, false, Arc::new(Notify::new()));
        ["full", "full", "away"].into_iter().for_each(|error| queue.store_failed(error.to_owned()));
        let next = || match queue.take() {
            Taken::Item(Item::StoreFailed(error)) => error,
            _ => "no error".to_owned(),
        };
        assert_eq!([next(), next(), next()], ["full", "away", "no error"]);
    }
}
