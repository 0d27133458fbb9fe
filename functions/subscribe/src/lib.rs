//! The messages of a client: subscribe, unsubscribe, ping, refresh. Every answer is an event, posted to the connection.
//!
//! # Layout
//! - `event`, `message`: what comes; `limits`, `meter`: how much of it may
//! - `plan`: what is to become of a connection's subscriptions
//! - `handle`: a message, from its arrival to its answer; `change`: until the change is made
//! - `resume`: what a client missed, and where the logs end; `wish`: what of it it may have; `replay`: sends it
//! - `reconnect`: when a connection is old enough to make place for another
//! - `send`: frames to the client; `verify`: of new tokens

mod change;
mod event;
mod handle;
mod limits;
mod message;
mod meter;
mod plan;
mod reconnect;
mod replay;
mod resume;
mod send;
mod verify;
mod wish;

use std::sync::Mutex;

use tablecast_aws::SdkConfig;
use tablecast_connections::Connections;
use tablecast_deployment::Access;
use tablecast_log::Logs;
use tablecast_definitions::sources::Sources;
use tablecast_sockets::Sockets;

use crate::meter::Meter;

pub use event::MessageEvent;
pub use verify::{NotVerified, Verify};

/// What the handling of messages needs, made once.
pub struct Subscribe<V> {
    connections: Connections,
    sockets: Sockets,
    logs: Logs,
    sources: Sources,
    access: Access,
    verify: V,
    meter: Mutex<Meter>,
}

/// Where it reads and writes.
#[derive(Debug, Clone)]
pub struct Settings {
    pub log_table: String,
    pub connections_table: String,
    /// `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the local mode's address.
    pub management_endpoint: String,
}

impl<V: Verify> Subscribe<V> {
    pub fn new(aws: &SdkConfig, settings: Settings, sources: Sources, access: Access, verify: V) -> Self {
        let database = aws_sdk_dynamodb::Client::new(aws);
        let logs = Logs::new(database.clone(), settings.log_table);
        let connections = Connections::new(database, settings.connections_table);
        let sockets = Sockets::new(aws, settings.management_endpoint, limits::SOCKETS);
        Self { connections, sockets, logs, sources, access, verify, meter: Mutex::default() }
    }
}
