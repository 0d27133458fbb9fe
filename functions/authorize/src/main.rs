//! The REQUEST authorizer of `$connect`: who comes in, and with which claims (docs/authorization.md).
//!
//! # Layout
//! - `authorizer`: the decision; `answer`: how API Gateway hears of it
//! - `event`: what API Gateway asks; `credentials`: the token in it; `origins`: the web pages that may connect

mod answer;
mod authorizer;
mod credentials;
mod event;
mod origins;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::authorizer::Authorizer;
use crate::event::AuthorizerEvent;

/// The runtime logs what a function answers as an error, and "Unauthorized" is such an answer: that a
/// client is refused is nobody's error.
const LOGS_REFUSALS: &str = "lambda_runtime::layers::panic";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start_without(LOGS_REFUSALS);
    let authorizer = Authorizer::from_environment().inspect_err(|error| {
        tracing::error!(%error, "cannot authorize anybody");
    })?;
    run(service_fn(|event: LambdaEvent<AuthorizerEvent>| authorizer.authorize(event.payload))).await
}
