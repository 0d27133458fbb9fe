use std::time::SystemTime;

use tablecast_aws::{SdkConfig, now_in_milliseconds};
use tablecast_bus::Bus;
use tablecast_connections::Connections;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::Logs;
use tablecast_protocol::element::Element;
use tablecast_protocol::event::MAX_BUS_BYTES;
use tablecast_push::{Inline, RoutedEvent, WorkerStarter, within};
use tablecast_sockets::Sockets;

use crate::append::AppendedChannel;
use crate::audience::Audience;
use crate::batch::Batch;
use crate::deadline::Deadline;
use crate::delivered::Delivered;
use crate::endpoints::Endpoints;
use crate::event::Event;
use crate::failure::DispatchError;
use crate::fanned_out::FannedOut;
use crate::limits::Limits;
use crate::publish::publish;
use crate::rejected::RejectedTable;
use crate::report::Report;

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
    pub(crate) rejected: RejectedTable,
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
        let delivered = Box::pin(self.deliver(&mut batch, deadline, now_in_milliseconds())).await;
        let damaged = self.logs.take_damaged() + self.connections.take_damaged();
        Report::new(batch, delivered, started).with_damaged(damaged)
    }

    /// Appends the events before it reads the subscribers. A new subscriber reads the log after it
    /// subscribed, so either the push reaches it, or the log does.
    ///
    /// When this returns, each connection has the events of its channels, or `fanout` knows that it must push
    /// them. docs/adr/0028-fan-out.md shows why the order stays.
    ///
    /// Fails, before anything is sent, if the log of no channel holds its events, or if the subscribers are
    /// unknown. Otherwise only the channels that fail are sent again.
    async fn deliver(
        &self,
        batch: &mut Batch,
        deadline: Deadline,
        now: i64,
    ) -> Result<Delivered, DispatchError> {
        let channels = self.append(batch, deadline.append, now).await?;
        let routed: Vec<RoutedEvent<'_>> = batch.events.iter().map(Event::routed).collect();
        let found = within(deadline.look_up, self.look_up(&routed)).await;
        let audience =
            Audience::of(&routed, found.ok_or(DispatchError::LookupTimedOut)??, self.large_audience);
        self.fanned_out.remember(&audience.fanned_out);
        let (published, pushed) = tokio::join!(
            publish(&self.bus, &batch.events, deadline.deliver),
            self.push(&audience, &channels, deadline),
        );
        let is_failed =
            |channel: &AppendedChannel| pushed.failed.iter().any(|one| one.source == channel.source);
        let channels = channels.into_iter().filter(|channel| !is_failed(channel)).collect();
        let unrecorded = self.finish(channels, deadline.finish).await;
        // Afterwards, so that megabytes of rejected records never delay the events beside them.
        let not_stored = self.rejected.store(&batch.rejections, now / 1000, deadline.finish).await;
        Ok(Delivered { published, pushed, not_stored, unrecorded })
    }
}
