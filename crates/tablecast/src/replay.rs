//! Prints or publishes events of a pipe's log again.
//!
//! # Layout
//! - `arguments`: the options; `timestamp`: the values of `--since` and `--until`
//! - `deployment`: the log and the bus
//! - `filter`: which events to replay
//! - `target`: where they go: `stdout` or `bus`

mod arguments;
mod bus;
mod deployment;
mod filter;
mod stdout;
mod target;
mod timestamp;

use std::error::Error;

use tablecast_event_log::{DamagedItem, Logs, Walk};
use tablecast_protocol::Position;
use tracing::Level;

use crate::{logging, output};
use deployment::Deployment;
use filter::ReplayFilter;
use stdout::OutputClosed;
use target::Target;

pub use arguments::Arguments;

/// The clocks of a table's stream and of the log's writer may differ by this many milliseconds.
const CLOCK_SKEW: i64 = 60_000;

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    logging::start(Level::WARN);
    let Deployment { logs, bus } = Deployment::of(&arguments).await;
    let filter = ReplayFilter::of(&arguments);
    let mut walk = start(&logs, &arguments).await?;
    let mut target = Target::of(&arguments, bus);
    match replay(&mut walk, &filter, &mut target).await {
        Err(error) if error.is::<OutputClosed>() => return Ok(()),
        result => result?,
    }
    output::note(target.summary());
    match walk.damaged() {
        [] => Ok(()),
        damaged => Err(skipped(damaged).into()),
    }
}

fn skipped(damaged: &[DamagedItem]) -> String {
    let items: Vec<_> = damaged.iter().map(|item| format!("\n  {item}")).collect();
    let (count, items) = (items.len(), items.concat());
    format!(
        "skipped {count} damaged items of the log and did not replay their events; find out what else writes to \
         the table:{items}"
    )
}

async fn start(logs: &Logs, arguments: &Arguments) -> Result<Walk, Box<dyn Error>> {
    let pipe = &arguments.pipe;
    if let Some(after) = arguments.after {
        let walk = logs.walk_after(pipe, after).await.map_err(|error| unreachable(arguments, &error))?;
        return walk.ok_or_else(|| not_in_the_log(pipe, after).into());
    }
    let since = arguments.since.map_or(0, |since| since.milliseconds() - CLOCK_SKEW);
    let walk = logs.walk_since(pipe, since).await.map_err(|error| unreachable(arguments, &error))?;
    walk.ok_or_else(|| no_log(arguments).into())
}

/// Adds what to do to the first error, which is most likely about the address or the credentials.
fn unreachable(arguments: &Arguments, error: &dyn Error) -> String {
    match &arguments.deployment {
        Some(name) => format!("{error}; check --deployment {name}, AWS_REGION and the credentials"),
        None => {
            let port = arguments.dynamodb_port;
            format!(
                "{error}; start the local mode, whose DynamoDB is at 127.0.0.1:{port}, or set --deployment"
            )
        }
    }
}

fn not_in_the_log(pipe: &str, after: Position) -> String {
    format!("--after {after}: is not in the log of the pipe {pipe}; if it has expired, use --since")
}

fn no_log(arguments: &Arguments) -> String {
    let pipe = &arguments.pipe;
    let place = arguments.deployment.as_ref().map(|name| format!("deployment {name}"));
    let place = place.unwrap_or_else(|| "local mode".to_owned());
    format!("the pipe {pipe} has no log in the {place}; check the pipe's name and --deployment")
}

async fn replay(walk: &mut Walk, filter: &ReplayFilter, target: &mut Target) -> Result<(), Box<dyn Error>> {
    loop {
        let events = walk.next_page().await?;
        if events.is_empty() {
            return Ok(());
        }
        let matching: Vec<_> = events.into_iter().filter(|event| filter.matches(&event.text)).collect();
        target.send(&matching).await?;
    }
}
