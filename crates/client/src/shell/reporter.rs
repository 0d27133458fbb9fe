use tokio::sync::watch;

use crate::machine::{Reason, State};

/// Called after every change of the state, with its reason.
pub(super) type OnState = Box<dyn FnMut(State, &Reason) + Send>;

/// Reports the states of a client to the application and to the log.
pub(super) struct Reporter {
    on_state: Option<OnState>,
    state: watch::Sender<(State, Reason)>,
    /// The reason of the last warning.
    warned: Option<Reason>,
}

impl Reporter {
    pub fn new(on_state: Option<OnState>) -> (Self, watch::Receiver<(State, Reason)>) {
        let (state, receiver) = watch::channel((State::Waiting, Reason::from("not started")));
        (Self { on_state, state, warned: None }, receiver)
    }

    pub fn changed(&mut self, state: State, reason: Reason) {
        tracing::debug!(%state, %reason, "the state changed");
        self.on_state.iter_mut().for_each(|on_state| on_state(state, &reason));
        self.warn(state, &reason);
        self.state.send_replace((state, reason));
    }

    /// Warns once, and again when the reason changes. An application that listens decides itself.
    fn warn(&mut self, state: State, reason: &Reason) {
        if state == State::Live {
            self.warned = None;
        }
        if state != State::Waiting || self.on_state.is_some() || self.warned.as_ref() == Some(reason) {
            return;
        }
        tracing::warn!(%reason, "no connection, and the client tries again");
        self.warned = Some(reason.clone());
    }
}
