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

use std::time::Instant;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

use crate::authorizer::Authorizer;
use crate::decision::Decision;
use crate::event::AuthorizerEvent;
use crate::verdict::Answer;

/// The module of the Lambda runtime that logs every error response as an error. "Unauthorized" is an error
/// response, but a refused client is no fault.
const LOGS_REFUSALS: &str = "lambda_runtime::layers::panic";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start_without(LOGS_REFUSALS);
    let authorizer = Authorizer::from_environment().inspect_err(|error| {
        tracing::error!(%error, "cannot start authorize: its configuration is wrong");
    })?;
    run(service_fn(|event| handle(&authorizer, event))).await
}

/// Prints one line of metrics for each client, whatever the decision is.
async fn handle(
    authorizer: &Authorizer,
    event: LambdaEvent<AuthorizerEvent>,
) -> Result<Decision, Diagnostic> {
    let started = Instant::now();
    let Answer { verdict, response } = authorizer.authorize(event.payload).await;
    verdict.metrics().duration(started.elapsed()).print(&event.context);
    response
}
