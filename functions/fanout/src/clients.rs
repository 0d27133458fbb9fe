use tablecast_aws::SdkConfig;
use tablecast_connections::Connections;
use tablecast_event_log::Logs;
use tablecast_push::{Pusher, WorkerStarter};
use tablecast_sockets::Sockets;

use crate::endpoints::Endpoints;
use crate::limits::Limits;

/// The clients that every task needs.
pub struct Fanout {
    pub(crate) logs: Logs,
    pub(crate) connections: Connections,
    pub(crate) pusher: Pusher,
    pub(crate) workers: WorkerStarter,
    pub(crate) limits: Limits,
}

impl Fanout {
    pub fn new(aws: &SdkConfig, endpoints: Endpoints, limits: Limits) -> Self {
        let database = aws_sdk_dynamodb::Client::new(aws);
        let connections = Connections::new(database.clone(), endpoints.connections_table);
        let sockets = Sockets::new(aws, endpoints.management_endpoint, limits.sockets);
        Self {
            logs: Logs::new(database, endpoints.log_table),
            connections: connections.clone(),
            pusher: Pusher { sockets, connections, limits: limits.pacing },
            workers: WorkerStarter::new(aws, endpoints.fanout_function),
            limits,
        }
    }
}
