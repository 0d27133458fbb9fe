//! Pushes events to the WebSocket connections that subscribed to them. `dispatch` and `fanout` use it.
//!
//! # Layout
//! - `event`: an event with what routes it
//! - `inline`: pushes to small audiences within a time budget, for `dispatch`
//! - `subscribers`: which connections receive which events
//! - `pusher`: sends events to connections, and cleans up those that accept no more
//! - `worker_starter`: starts workers of `fanout`
//! - `subscriber`: a subscriber, as its frames need it
//! - `time_limit`: work that ends in time

mod event;
mod inline;
mod pusher;
mod subscriber;
mod subscribers;
mod time_limit;
mod worker_starter;

pub use event::RoutedEvent;
pub use inline::{Inline, InlineCounts, InlineLimits, InlinePush};
pub use pusher::{Closing, Counts, Pacing, PacingLimits, Pusher, SendEnd, SendResult, Stalled};
pub use subscriber::delete_connection;
pub use subscribers::{Delivery, Subscribers, assign, find_subscribers, patterns};
pub use time_limit::within;
pub use worker_starter::{StartError, WorkerStarter};
