//! `authorize`: decides who may connect. The rules are in the library beside it.

use std::time::Instant;

use authorize::{Answer, Authorizer, AuthorizerEvent, Decision};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

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
