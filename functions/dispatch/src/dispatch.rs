use std::time::SystemTime;

use tablecast_aws::SdkConfig;
use tablecast_bus::Bus;
use tablecast_connections::Connections;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::Logs;
use tablecast_protocol::element::Element;
use tablecast_protocol::event::MAX_BUS_BYTES;
use tablecast_protocol::milliseconds;
use tablecast_push::{Pusher, RoutedEvent, assign, find, patterns, within};
use tablecast_sockets::Sockets;

use crate::batch::Batch;
use crate::deadline::Deadline;
use crate::delivered::Delivered;
use crate::endpoints::Endpoints;
use crate::error::DispatchError;
use crate::event::Event;
use crate::limits::Limits;
use crate::publish::publish;
use crate::rejected::RejectedTable;
use crate::report::Report;

/// The clients that every batch needs.
pub struct Dispatch {
    pub(crate) logs: Logs,
    pub(crate) sources: Sources,
    connections: Connections,
    pusher: Pusher,
    bus: Bus,
    rejected: RejectedTable,
    /// The bytes of the largest entry of the bus.
    event_limit: usize,
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
            pusher: Pusher { sockets, connections, limits: limits.pacing },
            bus: Bus::new(aws, endpoints.bus_name, limits.bus),
            rejected: RejectedTable::new(database, endpoints.rejected_table),
            event_limit: MAX_BUS_BYTES,
        }
    }

    /// The same dispatch for a bus that accepts entries up to so many bytes.
    pub fn with_event_limit(self, bytes: usize) -> Self {
        Self { bus: self.bus.with_limit(bytes), event_limit: bytes, ..self }
    }

    /// Delivers a batch, and reports which records the pipe must retry.
    pub async fn handle(&self, elements: Vec<Element>, deadline: Deadline) -> Report {
        let started = SystemTime::now();
        let mut batch = Batch::sort(elements);
        batch.refuse_larger(self.event_limit);
        // Boxed, because the compiler cannot lay out so many nested futures in one.
        let delivered = Box::pin(self.deliver(&mut batch, deadline, milliseconds(started))).await;
        Report::new(batch, delivered, started).with_damaged(self.logs.take_damaged())
    }

    /// Appends the events before it reads the subscribers. A new subscriber reads the log after it
    /// subscribed, so either the push reaches it, or the log does.
    ///
    /// Fails, before anything is sent, if the log of no channel holds its events, or if the subscribers are
    /// unknown. Otherwise only the channels whose logs fail are sent again.
    async fn deliver(
        &self,
        batch: &mut Batch,
        deadline: Deadline,
        now: i64,
    ) -> Result<Delivered, DispatchError> {
        let channels = self.append(batch, deadline.append, now).await?;
        let routed: Vec<RoutedEvent<'_>> = batch.events.iter().map(Event::routed).collect();
        let subscribers = within(deadline.look_up, find(&self.connections, patterns(&routed))).await;
        let deliveries = assign(&routed, subscribers.ok_or(DispatchError::LookupTimedOut)??);
        let (published, pushed) = tokio::join!(
            publish(&self.bus, &batch.events, deadline.respond),
            self.pusher.push(&routed, &deliveries, deadline.push, deadline.respond),
        );
        let unrecorded = match pushed.unstopped {
            0 => self.finish(channels, deadline.respond).await,
            // The pipe sends the whole batch again.
            _ => Vec::new(),
        };
        // Afterwards, so that megabytes of rejected records never delay the events beside them.
        let not_stored = self.rejected.store(&batch.rejections, now / 1000, deadline.respond).await;
        Ok(Delivered { published, pushed, not_stored, unrecorded })
    }
}
