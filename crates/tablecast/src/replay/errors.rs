//! Why a replay fails, and what to do.

use std::error::Error;

use tablecast_event_log::DamagedItem;

use super::arguments::Arguments;
use super::checkpoint::Checkpoint;

/// Adds what to do to an error of DynamoDB, which is most likely about the address or the credentials.
pub fn unreachable(arguments: &Arguments, error: &dyn Error) -> String {
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

pub fn no_log(arguments: &Arguments) -> String {
    format!(
        "the pipe {} has no log in the {}; check the pipe's name and --deployment",
        arguments.pipe,
        place(arguments)
    )
}

pub fn no_channel(arguments: &Arguments, source: &str) -> String {
    format!(
        "{source}: the pipe {} has no such channel in the {}; copy the source of one of its events",
        arguments.pipe,
        place(arguments)
    )
}

pub fn not_in_the_log(checkpoint: &Checkpoint) -> String {
    format!("{checkpoint}: is not in the log of this channel; if it has expired, use --since")
}

pub fn skipped(damaged: &[DamagedItem]) -> String {
    let items: Vec<_> = damaged.iter().map(|item| format!("\n  {item}")).collect();
    let (count, items) = (items.len(), items.concat());
    format!(
        "skipped {count} damaged items of the log and did not replay their events; find out what else writes to \
         the table:{items}"
    )
}

fn place(arguments: &Arguments) -> String {
    let deployment = arguments.deployment.as_ref().map(|name| format!("deployment {name}"));
    deployment.unwrap_or_else(|| "local mode".to_owned())
}
