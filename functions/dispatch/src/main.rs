//! `dispatch`: the pipe's target. Its place in the flow is in docs/concepts/architecture.md; its rules are in the library beside it.

use std::time::SystemTime;

use dispatch::{Deadline, Dispatch, Limits, Settings};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_protocol::element::Element;

/// Many small allocations per delivery: this is quicker and smaller than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let aws = tablecast_aws::configuration().await;
    let dispatch = &Dispatch::new(
        &aws,
        Settings::from_environment()?,
        tablecast_deployment::sources()?,
        Limits::default(),
    );
    run(service_fn(|event: LambdaEvent<Vec<Element>>| async move {
        let left = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let report = dispatch.handle(event.payload, Deadline::after(left)).await;
        report.metrics.print(&event.context);
        report.answer.map_err(Error::from)
    }))
    .await
}
