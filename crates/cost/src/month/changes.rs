use super::{Line, Lines, fan_out};
use crate::facts;
use crate::load::{Load, PipeLoad};
use crate::prices::{Item, Prices};

const GB: f64 = 1e9;
const DAYS: f64 = 30.0;

/// Assumptions.
const ENRICH_SECONDS: f64 = 0.010;
const DISPATCH_SECONDS: f64 = 0.100;

/// Log lines of both functions for one batch.
const LOG_BYTES: f64 = 2000.0;

/// The changes of one pipe.
pub fn changes(pipe: &PipeLoad, load: &Load, prices: &Prices) -> Vec<Line> {
    let mut lines = Lines::new(prices);
    functions(&mut lines, pipe);
    tables(&mut lines, pipe);
    if pipe.has_bus {
        bus(&mut lines, pipe, load);
    }
    sockets(&mut lines, pipe);
    watch(&mut lines, pipe, load);
    lines.lines
}

fn functions(lines: &mut Lines<'_>, pipe: &PipeLoad) {
    let batches = pipe.batches();
    lines.add(Item::PipesRequest, "records", pipe.changes * chunks(pipe.record_bytes, 64.0));
    lines.add(Item::LambdaRequest, "calls of enrich and dispatch", 2.0 * batches);
    lines.add(Item::LambdaCompute, "enrich, 10 ms a batch", batches * ENRICH_SECONDS * facts::ENRICH_GB);
    lines.add(
        Item::LambdaCompute,
        "dispatch, 100 ms a batch",
        batches * DISPATCH_SECONDS * facts::DISPATCH_GB,
    );
    fan_out::lines(lines, pipe);
}

fn tables(lines: &mut Lines<'_>, pipe: &PipeLoad) {
    let requests = pipe.batch.requests();
    lines.add(Item::DynamodbWrite, "log", pipe.batches() * requests.write_units as f64);
    let reads = match pipe.batch.is_fanned_out() {
        // The run of each channel.
        true => pipe.batch.channels,
        false => requests.read_units,
    };
    lines.add(Item::DynamodbRead, "finding the listeners", pipe.batches() * reads as f64);
    let stored = pipe.events() * pipe.batch.bytes as f64 / 4.0 / GB;
    lines.add(Item::DynamodbStorage, "events in the log", stored * pipe.keep_days / DAYS);
}

fn bus(lines: &mut Lines<'_>, pipe: &PipeLoad, load: &Load) {
    let bytes = pipe.batch.bytes as f64;
    lines.add(Item::BusEvent, "events on the bus", pipe.events() * chunks(bytes, 64.0));
    if let Some(days) = load.archive_days {
        let gb = pipe.events() * bytes / GB;
        lines.add(Item::ArchiveIngest, "archive", gb);
        lines.add(Item::ArchiveStorage, "events in the archive", gb * days / DAYS);
    }
}

fn sockets(lines: &mut Lines<'_>, pipe: &PipeLoad) {
    let (bytes, deliveries) = (pipe.batch.bytes as f64, pipe.events() * pipe.batch.listeners as f64);
    let per_message = pipe.events_per_message.max(1.0);
    let messages = deliveries / per_message * chunks(bytes * per_message, 32.0);
    lines.add(Item::SocketMessage, "messages to clients", messages);
    lines.add(Item::DataOut, "events to clients", deliveries * bytes / GB);
}

fn watch(lines: &mut Lines<'_>, pipe: &PipeLoad, load: &Load) {
    let gb = pipe.batches() * LOG_BYTES / GB;
    lines.add(Item::LogIngest, "log lines", gb);
    lines.add(Item::LogStorage, "log lines in CloudWatch", gb * load.log_retention_days / DAYS);
}

/// The billed parts of so many KB.
fn chunks(bytes: f64, kb: f64) -> f64 {
    (bytes / (kb * 1024.0)).ceil().max(1.0)
}
