//! The interface of the system to the workload.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

/// All of it stays the same when the local mode restarts.
pub struct Addresses {
    /// The DynamoDB of the writers, without a proxy.
    pub dynamodb: String,
    /// The gateway of the clients, behind the proxy that cuts and freezes sockets.
    pub websocket: String,
    /// Serves `GET /?tenant=T&subject=S&seconds=N`: the text of a token.
    pub tokens: String,
    /// A folder of the run, for the files of the workload.
    pub folder: PathBuf,
    /// Each CloudEvent that the bus accepted, in order. The workload takes it once.
    pub published: Mutex<Option<UnboundedReceiver<Value>>>,
    pub clients: Clients,
}

/// The processes of the clients. Faults kill and stop them.
#[derive(Clone, Default)]
pub struct Clients(Arc<Mutex<Vec<Client>>>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub process: u32,
    pub language: &'static str,
    /// The workload starts it again after a kill.
    pub may_be_killed: bool,
    /// A file that sets the clock of the process. A fault writes an offset such as `-30s` into it.
    pub clock: Option<PathBuf>,
}

impl Clients {
    pub fn add(&self, client: Client) {
        self.0.lock().unwrap().push(client);
    }

    /// Removes a process that has ended.
    pub fn remove(&self, process: u32) {
        self.0.lock().unwrap().retain(|client| client.process != process);
    }

    pub fn all(&self) -> Vec<Client> {
        self.0.lock().unwrap().clone()
    }
}
