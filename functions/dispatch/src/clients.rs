use tablecast_aws::SdkConfig;
use tablecast_bus::Bus;
use tablecast_connections::Connections;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::Logs;
use tablecast_protocol::event::MAX_BUS_BYTES;
use tablecast_push::{Inline, WorkerStarter};
use tablecast_sockets::Sockets;

use crate::endpoints::Endpoints;
use crate::fanned_out::FannedOut;
use crate::limits::Limits;
use crate::rejected::RejectionStore;

/// The clients that every batch needs.
pub struct Dispatch {
    pub(crate) logs: Logs,
    pub(crate) sources: Sources,
    pub(crate) connections: Connections,
    pub(crate) inline: Inline,
    pub(crate) workers: WorkerStarter,
    pub(crate) large_audience: usize,
    pub(crate) fanned_out: FannedOut,
    pub(crate) bus: Bus,
    pub(crate) rejected: RejectionStore,
    /// The bytes of the largest entry of the bus.
    pub(crate) event_limit: usize,
}

impl Dispatch {
    pub fn new(aws: &SdkConfig, endpoints: Endpoints, sources: Sources, limits: Limits) -> Self {
        let database = aws_sdk_dynamodb::Client::new(aws);
        let connections = Connections::new(database.clone(), endpoints.connections_table);
        let sockets = Sockets::new(aws, endpoints.management_endpoint, limits.sockets);
        Self {
            logs: Logs::new(database.clone(), endpoints.log_table),
            sources,
            connections: connections.clone(),
            inline: Inline::new(sockets, connections, limits.inline),
            workers: WorkerStarter::new(aws, endpoints.fanout_function),
            large_audience: limits.large_audience,
            fanned_out: FannedOut::default(),
            bus: Bus::new(aws, endpoints.bus_name, limits.bus),
            rejected: RejectionStore::new(database, endpoints.rejected_table),
            event_limit: MAX_BUS_BYTES,
        }
    }

    /// The same dispatch for a bus that accepts entries up to so many bytes.
    pub fn with_event_limit(self, bytes: usize) -> Self {
        Self { bus: self.bus.with_limit(bytes), event_limit: bytes, ..self }
    }
}
