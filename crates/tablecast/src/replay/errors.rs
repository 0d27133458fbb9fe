//! Why a replay fails, and what to do.

use tablecast_event_log::DamagedItem;

use super::arguments::Arguments;
use super::checkpoint::Checkpoint;

pub fn no_log(arguments: &Arguments) -> String {
    format!(
        "the pipe {} has no log in the {}; check the pipe's name and --deployment",
        arguments.pipe, arguments.place
    )
}

pub fn no_channel(arguments: &Arguments, source: &str) -> String {
    format!(
        "{source}: the pipe {} has no such channel in the {}; copy the source of one of its events",
        arguments.pipe, arguments.place
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
