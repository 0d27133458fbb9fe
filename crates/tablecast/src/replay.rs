//! Prints or publishes events of a pipe's logs again, channel by channel.
//!
//! # Layout
//! - `arguments`: the options
//! - `sources`: the channels to replay; `checkpoint`: where to continue
//! - `filter`: which events to replay
//! - `target`: where they go: `stdout` or `bus`
//! - `errors`: why it failed, and what to do

mod arguments;
mod bus;
mod checkpoint;
mod errors;
mod filter;
mod sources;
mod target;

use std::error::Error;
use std::pin::pin;

use futures_util::TryStreamExt;
use tablecast_event_log::{DamagedItem, Logs, Walk};
use tracing::Level;

use crate::deployment::Deployment;
use crate::lines::OutputClosed;
use crate::{logging, output};
use checkpoint::Checkpoint;
use errors::{not_in_the_log, skipped};
use sources::Sources;
use target::Target;

pub use arguments::Arguments;
pub use filter::ReplayFilter;
pub use sources::may_match;

/// The clocks of a table's stream and of the log's writer may differ by this many milliseconds.
pub const CLOCK_SKEW: i64 = 60_000;

/// Channels whose first events are searched at once. Most channels of a large table have none to replay.
const STARTED_CHANNELS: usize = 16;

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    logging::start(Level::WARN);
    let deployment = Deployment::of(&arguments.place).await;
    let mut target = Target::open(&arguments, &deployment).await?;
    let damaged = match replay(&deployment.logs(), &arguments, &mut target).await {
        Err(error) if error.is::<OutputClosed>() => return Ok(()),
        result => result?,
    };
    output::note(target.summary());
    if damaged.is_empty() { Ok(()) } else { Err(skipped(&damaged).into()) }
}

/// Replays the channels one after the other. Returns the damaged items.
async fn replay(
    logs: &Logs,
    arguments: &Arguments,
    target: &mut Target,
) -> Result<Vec<DamagedItem>, Box<dyn Error>> {
    let (filter, mut damaged) = (ReplayFilter::of(arguments), Vec::new());
    let walks = Sources::of(logs, arguments).into_stream().map_ok(|source| start(logs, arguments, source));
    let mut walks = pin!(walks.try_buffered(STARTED_CHANNELS));
    while let Some((checkpoint, walk)) = walks.try_next().await? {
        let Some(mut walk) = walk else { continue };
        replay_channel(&mut walk, checkpoint, &filter, target).await?;
        damaged.extend_from_slice(walk.damaged());
    }
    Ok(damaged)
}

/// Finds the first event of a channel. None if all of them have expired.
async fn start(
    logs: &Logs,
    arguments: &Arguments,
    source: String,
) -> Result<(Checkpoint, Option<Walk>), Box<dyn Error>> {
    let (pipe, checkpoint) = (&arguments.pipe, arguments.start_of(source));
    let since = arguments.since.map_or(0, |since| since.milliseconds() - CLOCK_SKEW);
    let walk = match checkpoint.after {
        Some(after) => logs.walk_after(pipe, &checkpoint.source, after).await,
        None => logs.walk_since(pipe, &checkpoint.source, since).await,
    };
    match walk.map_err(|error| arguments.place.unreachable(&error))? {
        None if checkpoint.after.is_some() => Err(not_in_the_log(&checkpoint).into()),
        walk => Ok((checkpoint, walk)),
    }
}

/// Replays a channel from a checkpoint on.
async fn replay_channel(
    walk: &mut Walk,
    mut checkpoint: Checkpoint,
    filter: &ReplayFilter,
    target: &mut Target,
) -> Result<(), Box<dyn Error>> {
    loop {
        let events = walk.next_page().await?;
        let Some(last) = events.last().map(|event| event.position) else { return Ok(()) };
        let matching: Vec<_> = events.into_iter().filter(|event| filter.matches(&event.text)).collect();
        target.send(&matching, &checkpoint).await?;
        checkpoint.after = Some(last);
    }
}
