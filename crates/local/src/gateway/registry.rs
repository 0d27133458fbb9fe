//! The open connections by id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::close::CloseReason;
use super::connection::Connection;
use super::limits::STOP_WAIT;

/// Never locked across an await.
#[derive(Debug)]
pub struct Registry {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    connections: HashMap<String, Arc<Connection>>,
    /// `None` after the gateway has stopped.
    running: Option<Running>,
}

/// A channel without messages. It ends when the last session has dropped its sender.
#[derive(Debug)]
struct Running {
    session: mpsc::Sender<()>,
    all_ended: mpsc::Receiver<()>,
}

/// A session holds it from before `$connect` until after `$disconnect`.
#[derive(Debug)]
pub struct Admission {
    _session: mpsc::Sender<()>,
}

impl Registry {
    pub fn new() -> Self {
        let (session, all_ended) = mpsc::channel(1);
        let running = Some(Running { session, all_ended });
        Self { state: Mutex::new(State { connections: HashMap::new(), running }) }
    }

    /// Admits a new session, unless the gateway has stopped.
    pub fn admit(&self) -> Option<Admission> {
        self.lock().running.as_ref().map(|running| Admission { _session: running.session.clone() })
    }

    /// Adds a connection. After a stop, it closes the connection immediately.
    pub fn insert(&self, connection: Arc<Connection>) {
        let mut state = self.lock();
        if state.running.is_none() {
            connection.close(CloseReason::GOING_AWAY);
        }
        state.connections.insert(connection.id.clone(), connection);
    }

    pub fn remove(&self, id: &str) {
        self.lock().connections.remove(id);
    }

    /// Returns the open connection with this id. A connection is no longer open after a request to close it.
    pub fn get(&self, id: &str) -> Option<Arc<Connection>> {
        self.lock().connections.get(id).filter(|connection| !connection.is_closing()).cloned()
    }

    /// Closes every connection, and waits up to [`STOP_WAIT`] until all sessions have ended.
    pub async fn stop(&self) {
        let running = self.lock().running.take();
        for connection in self.lock().connections.values() {
            connection.close(CloseReason::GOING_AWAY);
        }
        let Some(Running { session, mut all_ended }) = running else { return };
        drop(session);
        if tokio::time::timeout(STOP_WAIT, all_ended.recv()).await.is_err() {
            tracing::warn!(
                "stopped before every $disconnect returned; the items of those connections expire by their TTL"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
