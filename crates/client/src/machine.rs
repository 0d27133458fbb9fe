//! The rules of a client, without a clock and without sockets: each input has a time and returns the effects to run.
//! docs/reference/protocol.md is the server's side.
//!
//! # Layout
//! - `inputs`: the machine; `effect`: the actions to run; `reason`: why the state changed
//! - `connections`: the current and the next connection; `connection`: one of them; `backoff`: the waits between them
//! - `control_handler`, `event_router`: what arrives on a connection
//! - `requests`: messages that wait for a reply; `heartbeat`, `token_refresh`: when to send one; `pong_history`: the
//!   positions in pongs; `pace`: how many messages may be sent; `timing`: all times
//! - `server_subscriptions`: the subscriptions of one connection; `subscription_sync`, `subscribe_message`: the
//!   messages that bring it there; `pending_subscribe`: the events that wait for the end of a replay
//! - `subscription_state`: a subscription over all connections; `delivery`: what it receives; `progress`,
//!   `source_progress`: where it is in the logs; `offset_ranges`: the offsets as text; `log_order`: the order of
//!   positions; `recent_ids`, `recent_offsets`: the latest events, to recognize those that arrive again
//! - `collection`: a snapshot of items, and the events that follow; `entry`: one item
//! - `context`: what the connections share; `validate`: a check of each event

mod backoff;
mod collection;
mod connection;
mod connections;
mod context;
mod control_handler;
mod delivery;
mod effect;
mod entry;
mod event_router;
mod heartbeat;
mod inputs;
mod log_order;
mod newest_events;
mod offset_ranges;
mod pace;
mod pending_subscribe;
mod pong_history;
mod progress;
mod reason;
mod recent_ids;
mod recent_offsets;
mod requests;
mod server_subscriptions;
mod source_progress;
mod subscribe_message;
mod subscription_state;
mod subscription_sync;
mod timing;
mod token_refresh;
mod validate;

pub use delivery::{CollectionDelivery, Delivery, Gap, Invalid, Refused};
pub use effect::{ConnectionId, Effect, State, SubscriptionId};
pub use entry::{Entry, ItemData};
pub use inputs::Machine;
pub use progress::Progress;
pub use reason::Reason;
pub use subscription_state::{SubscriptionConfig, SubscriptionState};
pub use timing::{NEVER, Timing};
pub use validate::Validate;

pub use crate::wire::control::Positions;
