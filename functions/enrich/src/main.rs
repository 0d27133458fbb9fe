//! A pipe's enrichment: stream records in, for each of them its events or why there are none.
//! It writes nothing and never fails because of a record: Pipes could only retry the whole batch.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use mimalloc::MiMalloc;
use serde_json::value::RawValue;
use tablecast_pipeline::element::Element;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let pipes = tablecast_deployment::pipes()?;
    run(service_fn(async |event: LambdaEvent<Vec<Box<RawValue>>>| {
        Ok::<_, Error>(answer(&pipes, &event.payload))
    }))
    .await
}

fn answer(pipes: &Pipes, records: &[Box<RawValue>]) -> Vec<Element> {
    let elements = enrich(pipes, records);
    let events: usize = elements.iter().map(|element| element.events.len()).sum();
    let rejected = elements.iter().filter(|element| element.rejected.is_some()).count();
    tracing::info!(records = records.len(), events, rejected, "enriched");
    elements
}
