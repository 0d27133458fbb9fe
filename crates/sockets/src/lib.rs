//! The client of API Gateway's `@connections`: sends frames to WebSocket connections and closes them.
//!
//! # Layout
//! - `policy`: how often to retry, and what each status means, such as 410 or 413
//! - `failure`: why an attempt failed; `empty_body`: refuses a success that is not API Gateway's
//! - `outcome`: the result of a frame, or of closing a connection
//! - `recipient`: the connection that frames go to
//! - `outgoing`: events as frames, which `tablecast_protocol::frames` packs; a notice replaces an event that
//!   is too large
//! - `client`: posts and closes, with retries
//! - `deliver`: sends a frame, or notices where API Gateway responds with 413

mod client;
mod deliver;
mod empty_body;
mod failure;
mod outcome;
mod outgoing;
mod policy;
mod recipient;

pub use client::Sockets;
pub use outcome::{Outcome, Progress};
pub use outgoing::Outgoing;
pub use policy::SocketPolicy;
pub use recipient::Recipient;
