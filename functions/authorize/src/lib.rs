//! The REQUEST authorizer of `$connect`: decides who may connect (docs/reference/tokens.md).
//!
//! # Layout
//! - `authorizer`: verifies the token and checks the origin
//! - `decision`: the response to API Gateway: an IAM policy, or an error; `verdict`: its metrics
//! - `denial`: why a client is refused
//! - `event`: the request from API Gateway
//! - `credentials`: finds the token in a request
//! - `origins`: the web pages that may connect

mod authorizer;
mod credentials;
mod decision;
mod denial;
mod event;
mod origins;
mod verdict;

pub use authorizer::{Authorizer, StartError};
pub use decision::{Decision, MAX_BYTES};
pub use event::AuthorizerEvent;
pub use origins::{AllowedOrigins, AllowedOriginsError};
pub use verdict::{Answer, Verdict};
