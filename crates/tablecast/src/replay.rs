//! Events of a pipe's log, once more: to stdout, or to the bus.

mod choice;
mod place;
mod target;

use std::error::Error;

use tablecast_event_log::{Logs, Walk};

use crate::arguments::ReplayArguments;
pub use choice::Moment;

use choice::Choice;
use place::Place;
use target::{Target, Unread};

/// Milliseconds by which the clocks of a table's stream and of a log's writer may differ.
const CLOCKS: i64 = 60_000;

pub async fn run(arguments: ReplayArguments) -> Result<(), Box<dyn Error>> {
    let place = Place::of(&arguments).await;
    let choice = Choice::of(&arguments);
    let mut walk = begin(&place.logs, &arguments).await?;
    let mut target = Target::of(&arguments, place.bus);
    match pass_on(&mut walk, &choice, &mut target).await {
        Err(error) if error.is::<Unread>() => return Ok(()),
        ended => ended?,
    }
    eprintln!("{}", target.summary());
    Ok(())
}

async fn begin(logs: &Logs, arguments: &ReplayArguments) -> Result<Walk, Box<dyn Error>> {
    let pipe = &arguments.pipe;
    let (walk, none) = match arguments.after {
        Some(after) => (
            logs.walk_after(pipe, after).await?,
            format!("--after: {after} is not in the log of the pipe {pipe}, or not any more"),
        ),
        None => {
            let since = arguments.since.map_or(0, |since| since.milliseconds() - CLOCKS);
            let none = format!("the pipe {pipe} has no log here: see its name in pipes/, and --deployment");
            (logs.walk_since(pipe, since).await?, none)
        }
    };
    walk.ok_or_else(|| none.into())
}

async fn pass_on(walk: &mut Walk, choice: &Choice, target: &mut Target) -> Result<(), Box<dyn Error>> {
    loop {
        let events = walk.step().await?;
        if events.is_empty() {
            return Ok(());
        }
        let wanted: Vec<_> = events.into_iter().filter(|event| choice.wants(&event.text)).collect();
        target.take(&wanted).await?;
    }
}
