//! `$connect`: stores the connection and its granted subscriptions.
//!
//! # Layout
//! - `handler`: a connection from its request to the response
//! - `event`: what API Gateway sends; `response`: what it receives
//! - `request`: what the client requests, and what it is granted
//! - `explain`: connections for the reason of a refusal

mod event;
mod explain;
mod handler;
mod request;
mod response;

pub use event::ConnectEvent;
pub use handler::Connect;
pub use request::{Refusal, Request};
pub use response::Response;
