//! Events are appended to the log of their pipe, and become deliveries: to the bus, and to every connection that listens. What could not become an event is kept.
//!
//! # Layout
//! - `settings`, `limits`, `deadline`: what a dispatch is given
//! - `batch`, `event`: what `enrich` answered, sorted
//! - `append`: to the log, before anyone hears of it
//! - `subscribers`: who listens to which of the events
//! - `push`: to the sockets
//! - `publish`: to the bus
//! - `rejected`: to the table of rejected records
//! - `report`: what became of it all

mod append;
mod batch;
mod deadline;
mod event;
mod limits;
mod publish;
mod push;
mod rejected;
mod report;
mod settings;
mod subscribers;

use std::time::SystemTime;

use tablecast_aws::SdkConfig;
use tablecast_bus::Bus;
use tablecast_connections::Connections;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::{Appended, Logs};
use tablecast_protocol::element::Element;
use tablecast_sockets::Sockets;

use crate::batch::Batch;
use crate::push::Pusher;
use crate::rejected::RejectedTable;
use crate::subscribers::Listeners;

pub use append::LogError;
pub use deadline::Deadline;
pub use limits::Limits;
pub use report::{Failed, Report, Response};
pub use settings::Settings;
pub use subscribers::LookUpError;

/// The clients that a batch needs, made once.
pub struct Dispatch {
    logs: Logs,
    sources: Sources,
    connections: Connections,
    pusher: Pusher,
    bus: Bus,
    rejected: RejectedTable,
}

impl Dispatch {
    pub fn new(aws: &SdkConfig, settings: Settings, sources: Sources, limits: Limits) -> Self {
        let database = aws_sdk_dynamodb::Client::new(aws);
        let connections = Connections::new(database.clone(), settings.connections_table);
        Self {
            logs: Logs::new(database.clone(), settings.log_table),
            sources,
            pusher: Pusher {
                sockets: Sockets::new(aws, settings.management_endpoint, limits.sockets),
                connections: connections.clone(),
                concurrency: limits.connections,
            },
            connections,
            bus: Bus::new(aws, settings.bus_name, limits.bus),
            rejected: RejectedTable::new(database, settings.rejected_table),
        }
    }

    /// Answers which records must come again. Fails, before anything was sent, if the events are not all in the log,
    /// or the subscribers cannot be read in time: without them a batch would pass its clients by, unseen.
    pub async fn handle(&self, elements: Vec<Element>, deadline: Deadline) -> Report {
        let started = SystemTime::now();
        let batch = Batch::sort(elements);
        // Boxed, because so deep a nest of futures is more than the compiler lays out in one.
        match Box::pin(self.prepare(batch, deadline, started)).await {
            Ok((batch, appended, listeners)) => {
                let report = self.deliver(batch, listeners, deadline, started).await;
                appended.into_iter().for_each(|appended| self.logs.settle(appended));
                report
            }
            Err((batch, failed)) => Report::of_failed(&batch, failed),
        }
    }

    /// First the log, then who listens: whoever begins to listen reads the log afterwards, so one of the two always
    /// sees the other.
    async fn prepare(
        &self,
        batch: Batch,
        deadline: Deadline,
        started: SystemTime,
    ) -> Result<(Batch, Option<Appended>, Listeners), (Batch, Failed)> {
        let (batch, appended) = match self.append(&batch, deadline.look_up, started).await {
            Ok(appended) => append::place(batch, appended),
            Err(error) => return Err((batch, error.into())),
        };
        match subscribers::find(&self.connections, &batch.events, deadline.look_up).await {
            Ok(listeners) => Ok((batch, appended, listeners)),
            Err(error) => Err((batch, error.into())),
        }
    }

    async fn deliver(
        &self,
        batch: Batch,
        listeners: Listeners,
        deadline: Deadline,
        started: SystemTime,
    ) -> Report {
        let deliveries = subscribers::assign(&batch.events, listeners);
        let (pushed, published, not_kept) = tokio::join!(
            self.pusher.push(&batch.events, deliveries, deadline),
            publish::publish(&self.bus, &batch.events, deadline.answer),
            self.rejected.keep(&batch.rejections, event::seconds(started), deadline.answer),
        );
        Report::of_dispatched(batch, pushed, published, not_kept, started)
    }
}
