//! Calculates what a deployment of the pipe files costs.
//!
//! # Layout
//! - `arguments`: the options; `changes`: the values of `--changes`

mod arguments;
mod changes;

use std::error::Error;
use std::fs;

use serde_json::json;
use tablecast_cost::{Batch, Clients, Line, Load, PipeLoad, Prices};
use tablecast_definitions::problem;
use tablecast_pipeline::pipe::{Pipe, Pipes};

use crate::output;
pub use arguments::Arguments;

const DAY: f64 = 24.0 * 3600.0;

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let prices = prices(arguments)?;
    let definitions = arguments.folders.read()?;
    let pipes = Pipes::compile(&definitions.pipes, &definitions.schemas);
    let pipes = pipes.map_err(|problems| problem::lines(&problems))?;
    let lines = tablecast_cost::month(&load(arguments, &pipes)?, &prices);
    if arguments.json {
        output::line(json(&lines, &prices))?;
        return Ok(());
    }
    output::line(tablecast_cost::text(&lines, &prices).trim_end())?;
    output::note(format_args!(
        "prices of {}, without the free tier: see docs/reference/cost.md",
        prices.region
    ));
    Ok(())
}

fn prices(arguments: &Arguments) -> Result<Prices, String> {
    let Some(file) = &arguments.prices else {
        return Prices::us_east_1().map_err(|error| format!("the list of prices {error}"));
    };
    let text =
        fs::read_to_string(file).map_err(|error| format!("{}: cannot read: {error}", file.display()))?;
    Prices::parse(&text).map_err(|error| format!("{} {error}", file.display()))
}

fn load(arguments: &Arguments, pipes: &Pipes) -> Result<Load, String> {
    let counts = changes::by_pipe(&arguments.changes, pipes.iter().map(|pipe| pipe.name.as_str()))?;
    let of_pipes = pipes.iter().zip(counts).map(|(pipe, changes)| of_pipe(arguments, pipe, changes));
    Ok(Load {
        pipes: of_pipes.collect(),
        clients: Clients { connected: arguments.clients as f64, ping_minutes: arguments.ping_minutes },
        archive_days: Some(arguments.archive_days as f64).filter(|days| *days > 0.0),
        log_retention_days: arguments.log_days as f64,
        recovery_gb: arguments.recovery_gb,
        has_key: arguments.key,
        has_alarms: !arguments.no_alarms,
        doctor_runs: arguments.doctor_runs as f64,
    })
}

fn of_pipe(arguments: &Arguments, pipe: &Pipe, changes: u64) -> PipeLoad {
    let definition = &pipe.definition;
    let batch = Batch {
        changes: arguments.batch,
        events: arguments.events,
        bytes: arguments.bytes,
        listeners: arguments.listeners,
        channels: arguments.channels.min(arguments.batch),
        segments: pipe.subject_outline().split('/').count() as u64,
        channel_segments: definition.log.channel.into(),
    };
    PipeLoad {
        name: pipe.name.clone(),
        changes: changes as f64,
        record_bytes: arguments.record_bytes as f64,
        batch,
        events_per_message: arguments.events_per_message,
        keep_days: f64::from(definition.log.keep.0) / DAY,
        has_bus: definition.bus,
    }
}

fn json(lines: &[Line], prices: &Prices) -> serde_json::Value {
    json!({ "region": prices.region, "total": tablecast_cost::total(lines), "lines": lines })
}

#[cfg(test)]
mod tests;
