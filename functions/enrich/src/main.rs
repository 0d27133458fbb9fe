//! `enrich`: a pipe's enrichment. It returns the events of each stream record, or why there are none.
//! It writes nothing, and a record never makes it fail: Pipes could only retry the whole batch.
//!
//! # Layout
//! - `body`: the invocation's body as bytes

mod body;

use lambda_runtime::layers::TracingLayer;
use lambda_runtime::tower::util::MapRequestLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use mimalloc::MiMalloc;
use tablecast_definitions::problem::lines;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::element::Element;
use tablecast_telemetry::failure;

use body::Body;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let pipes = pipes()?;
    let body = Body::default();
    let handler = service_fn(async |_: LambdaEvent<()>| respond(&pipes, &body.take()).map_err(failure));
    let extract = MapRequestLayer::new(|invocation| body.extract(invocation));
    Runtime::new(handler).layer(TracingLayer::new()).layer(extract).run().await
}

/// The pipes of this deployment.
fn pipes() -> Result<Pipes, Error> {
    let (files, schemas) = (tablecast_config::pipe_files()?, tablecast_config::schema_files()?);
    let pipes = Pipes::compile(&files, &schemas).map_err(|problems| lines(&problems))?;
    let names = tablecast_config::table_names().map_err(|error| error.to_string())?;
    for table in names.keys().filter(|table| pipes.of_table(table).is_none()) {
        tracing::warn!(table, "TABLE_NAMES names a table that is in no pipe file");
    }
    Ok(pipes.with_table_names(&names)?.with_bus_limit(tablecast_config::event_limit()?))
}

fn respond(pipes: &Pipes, batch: &[u8]) -> Result<Vec<Element>, Error> {
    let batch = str::from_utf8(batch)?;
    let elements = enrich(pipes, batch).map_err(|error| error.within("payload").to_string())?;
    let events: usize = elements.iter().map(|element| element.events.len()).sum();
    let rejected = elements.iter().filter(|element| element.rejected.is_some()).count();
    let deferred = elements.iter().filter(|element| element.deferred).count();
    tracing::info!(records = elements.len(), events, rejected, deferred, "enriched");
    Ok(elements)
}

#[cfg(test)]
mod tests;
