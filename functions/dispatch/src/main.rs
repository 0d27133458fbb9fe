//! `dispatch`: the pipe's target. docs/concepts/architecture.md shows the flow.

use std::time::SystemTime;

use dispatch::{Deadline, Dispatch, Endpoints, Limits};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_protocol::element::Element;
use tablecast_telemetry::failure;

/// Faster than the system's allocator for many small allocations, and smaller.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let aws = tablecast_aws::configuration().await;
    let (endpoints, sources) = (Endpoints::from_environment()?, tablecast_config::sources()?);
    let dispatch = &Dispatch::new(&aws, endpoints, sources, Limits::default())
        .with_event_limit(tablecast_config::event_limit()?);
    run(service_fn(|event: LambdaEvent<Vec<Element>>| async move {
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let report = dispatch.handle(event.payload, Deadline::after(remaining)).await;
        report.metrics.print(&event.context);
        report.response.map_err(failure)
    }))
    .await
}
