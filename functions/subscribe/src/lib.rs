//! The messages of a client: subscribe, unsubscribe, ping, refresh, state. Every reply is an event, posted to the
//! connection.
//!
//! # Layout
//! - `handler`: a message from its arrival to its reply; `event`: what API Gateway sends; `message_context`: the
//!   connection that a message came from; `endpoints`: what the function uses
//! - `actions`: what each message does, one file for each; `explain`: messages of refused connections
//! - `plan`: decides how a connection's subscriptions change; `room`: how many it can have; `reconnect`: when a
//!   client should reconnect
//! - `grants`: what a connection can subscribe to; `verify`: verifies a new token
//! - `sessions`: reads and changes the connections table; `history`: reads the logs of channels
//! - `missed`: the events that a client missed; `replay`: sends them
//! - `state`: what the items of a subject are now
//! - `replies`: sends control events and closes connections
//! - `counts`: what messages did and what went wrong, as metrics
//! - `quotas`: how much of the logs the resumes of a principal and of a channel read
//! - `rate_limiter`: how many messages a connection can send; `charges`: what reads cost it
//! - `limits`: all limits; `deadline`: when each part of a message must end; `error`: why a message failed

mod actions;
mod charges;
mod counts;
mod deadline;
mod endpoints;
mod error;
mod event;
mod explain;
mod grants;
mod handler;
mod history;
mod limits;
mod message_context;
mod missed;
mod plan;
mod quotas;
mod rate_limiter;
mod reconnect;
mod replay;
mod replies;
mod room;
mod sessions;
mod state;
mod verify;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tablecast_aws::SdkConfig;
use tablecast_config::Access;
use tablecast_connections::Connections;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::Logs;
use tablecast_sockets::Sockets;

use grants::Grants;
use history::History;
use quotas::Quotas;
use rate_limiter::RateLimiter;
use replies::Replies;
use sessions::Sessions;
use state::Tables;

pub use deadline::Deadline;
pub use endpoints::Endpoints;
pub use event::MessageEvent;
pub use state::Definitions;
pub use verify::{NotVerified, Verify};

/// Handles client messages. Made once for each process.
pub struct Subscribe<V> {
    sessions: Sessions,
    grants: Grants,
    history: History,
    definitions: Definitions,
    tables: Tables,
    quotas: Arc<Quotas>,
    replies: Replies,
    verify: V,
    rate_limiter: Mutex<RateLimiter>,
    clock: fn() -> Instant,
}

impl<V: Verify> Subscribe<V> {
    pub fn new(
        aws: &SdkConfig,
        endpoints: Endpoints,
        sources: Sources,
        definitions: Definitions,
        access: Access,
        verify: V,
    ) -> Self {
        let dynamodb = aws_sdk_dynamodb::Client::new(aws);
        let connections = Connections::new(dynamodb.clone(), endpoints.connections_table);
        Self {
            quotas: Arc::new(Quotas::new(connections.clone())),
            sessions: Sessions::new(connections.clone()),
            grants: Grants::new(access),
            history: History::new(Logs::new(dynamodb.clone(), endpoints.log_table), connections, sources),
            definitions,
            tables: Tables::new(dynamodb),
            replies: Replies::new(Sockets::new(aws, endpoints.management_endpoint, limits::SOCKETS)),
            verify,
            rate_limiter: Mutex::default(),
            clock: Instant::now,
        }
    }

    /// The same function with another clock for its rate limit. Tests use it.
    pub fn with_clock(self, clock: fn() -> Instant) -> Self {
        Self { clock, ..self }
    }
}
