use tablecast_aws::SdkConfig;
use tablecast_connections::Connections;
use tablecast_event_log::Logs;
use tablecast_push::{Pusher, WorkerStarter};
use tablecast_sockets::Sockets;

use crate::deadline::Deadline;
use crate::endpoints::Endpoints;
use crate::lease::Lease;
use crate::limits::Limits;
use crate::report::Report;
use crate::served::{Served, Stop};
use crate::task::Task;
use crate::worker;

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

    pub async fn handle(&self, task: Task, deadline: Deadline) -> Report {
        match task {
            Task::Sweep => Report::of_sweep(self.sweep(deadline).await),
            Task::Serve { source, part } => {
                // Boxed, because the compiler cannot lay out so many nested futures in one.
                let served = Box::pin(self.serve(&source, part, deadline)).await;
                let damaged = self.logs.take_damaged() + self.connections.take_damaged();
                Report::of_worker(&source, part, served).with_damaged(damaged)
            }
        }
    }

    async fn serve(&self, source: &str, part: usize, deadline: Deadline) -> Served {
        let taking = Lease::take(&self.connections, source, part, self.limits.lease);
        let mut served = match taking.await {
            Ok(Some(lease)) => worker::serve(self, lease, deadline).await,
            Ok(None) => Served::default(),
            Err(error) => Served { error: Some(error), ..Served::default() },
        };
        if served.stop == Some(Stop::Deadline) {
            served.add_start(self.workers.start(source, part).await);
        }
        served
    }
}
