//! `fanout`: the worker for channels with a large or slow audience. docs/concepts/architecture.md shows the flow.

use std::time::SystemTime;

use fanout::{Deadline, Endpoints, Fanout, Limits, Task};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_telemetry::failure;

/// Faster than the system's allocator for many small allocations, and smaller.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let aws = tablecast_aws::configuration().await;
    let fanout = &Fanout::new(&aws, Endpoints::from_environment()?, Limits::from_environment()?);
    run(service_fn(|event: LambdaEvent<Task>| async move {
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let report = fanout.handle(event.payload, Deadline::after(remaining)).await;
        report.metrics.print(&event.context);
        report.result.map_err(failure)
    }))
    .await
}
