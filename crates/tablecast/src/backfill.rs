//! Makes events of the items that are in a pipe's table, for a team that begins today. docs/adr/0031 has the rules.
//!
//! # Layout
//! - `arguments`: the options
//! - `table`: the pipe's table
//! - `scan`: reads it in segments; `rate`: how fast; `key`: where a segment continues
//! - `convert`: from items to events; `counts`: what became of the items
//! - `target`: where the events go
//! - `checkpoint`: where a backfill continues; `progress`: how far it is

mod arguments;
mod checkpoint;
mod convert;
mod counts;
mod key;
mod progress;
mod rate;
mod scan;
mod table;
mod target;

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use futures_util::TryStreamExt;
use tablecast_aws::now_in_milliseconds;
use tablecast_pipeline::pipe::{OnRead, Pipe, Pipes};
use tablecast_pipes::Filter;
use tablecast_protocol::rfc3339;
use tracing::Level;

use crate::deployment::Deployment;
use crate::lines::OutputClosed;
use crate::{logging, output};
use checkpoint::{Checkpoint, Job};
use convert::Converter;
use progress::Progress;
use rate::Rate;
use scan::Scan;
use table::Table;
use target::Target;

pub use arguments::Arguments;

/// A throttled table gets about a minute of retries.
const ATTEMPTS: u32 = 10;

/// A page of 1 MB takes longer than other requests.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    logging::start(Level::WARN);
    let pipes = compiled(&arguments)?;
    let pipe = chosen(&pipes, &arguments)?;
    let deployment = Deployment::of(&arguments.place).await;
    let client = client(&deployment);
    let table = Table::find(&client, &deployment, &arguments, &pipe.definition.table).await?;
    let bus = target::bus_name(&arguments, &deployment).await?;
    let mut checkpoint = open(&arguments, bus.as_deref(), &table)?;
    let mut target = Target::open(&arguments, bus.map(|name| deployment.bus(name)), &checkpoint)?;
    let backfill = Backfill { client, pipes: &pipes, pipe, table, rate: Rate::new(arguments.rate.get()) };
    match backfill.run(&mut checkpoint, &mut target).await {
        Err(error) if error.is::<OutputClosed>() => return Ok(()),
        Err(error) => return Err(format!("{error}; {}", checkpoint.remedy()).into()),
        Ok(()) => {}
    }
    let counts = checkpoint.state.counts;
    output::note(format_args!("{counts}; \"replayed\":{:?}", checkpoint.state.replay));
    checkpoint.finish()?;
    match counts.rejected {
        0 => Ok(()),
        some => Err(format!("{some} items cannot become events; the lines above have the reasons").into()),
    }
}

fn compiled(arguments: &Arguments) -> Result<Pipes, String> {
    let files = arguments.folders.read()?;
    Pipes::compile(&files.pipes, &files.schemas).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        format!("the pipe files have problems; `tablecast check` has the remedies:{}", problems.concat())
    })
}

fn chosen<'p>(pipes: &'p Pipes, arguments: &Arguments) -> Result<&'p Pipe, String> {
    let name = &arguments.pipe;
    let pipe = pipes.iter().find(|pipe| pipe.name == *name).ok_or_else(|| {
        let known: Vec<&str> = pipes.iter().map(|pipe| pipe.name.as_str()).collect();
        format!("there is no pipe {name}; there are {}", known.join(", "))
    })?;
    if arguments.to_bus && !pipe.definition.bus {
        return Err(format!("{name} has `bus: false`, so its events are not for the bus; use --out"));
    }
    match pipe.on_read().all(|(_, _, on_read)| on_read == OnRead::Never) {
        true => Err(format!(
            "no rule of {name} emits an event of an item that is read; give it a `state`, or a rule with `operation in \
             [\"INSERT\", \"READ\"]`. `tablecast check --reads` shows all rules"
        )),
        false => Ok(pipe),
    }
}

fn client(deployment: &Deployment) -> Client {
    let config = aws_sdk_dynamodb::config::Builder::from(&deployment.dynamodb);
    let timeouts = deployment
        .dynamodb
        .timeout_config()
        .map(|timeouts| timeouts.to_builder().operation_attempt_timeout(ATTEMPT_TIMEOUT))
        .map(|timeouts| timeouts.disable_operation_timeout().build());
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    let mut config = config.retry_config(retries);
    config.set_timeout_config(timeouts);
    Client::from_conf(config.build())
}

fn open(arguments: &Arguments, bus: Option<&str>, table: &Table) -> Result<Checkpoint, String> {
    let job = Job {
        pipe: arguments.pipe.clone(),
        table: table.arn.clone(),
        target: target::name(arguments, bus),
        segments: arguments.segments.get().into(),
    };
    let replay = arguments.replay.clone().unwrap_or_else(|| rfc3339(now_in_milliseconds()));
    let checkpoint = Checkpoint::open(arguments.checkpoint.clone(), job, replay)?;
    if checkpoint.is_continued {
        output::note(format_args!("continues after {}", checkpoint.state.counts));
    }
    Ok(checkpoint)
}

struct Backfill<'b> {
    client: Client,
    pipes: &'b Pipes,
    pipe: &'b Pipe,
    table: Table,
    rate: Rate,
}

impl Backfill<'_> {
    /// Sends the events of a page, and then writes the checkpoint.
    async fn run(&self, checkpoint: &mut Checkpoint, target: &mut Target) -> Result<(), Box<dyn Error>> {
        let definition = &self.pipe.definition;
        let filter = Filter::new(&definition.filter).map_err(|error| error.to_string())?;
        let (keys, replay) = (&self.table.keys, checkpoint.state.replay.clone());
        let converter =
            Converter { pipes: self.pipes, filter, table: &definition.table, keys, replay: &replay };
        let segments = checkpoint.state.segments.len();
        let scan = Scan { client: &self.client, table: &self.table.name, rate: &self.rate, segments };
        let mut pages = scan.pages(checkpoint.open_segments().into_iter());
        let mut progress = Progress::new(self.table.approximate_items);
        checkpoint.save()?;
        while let Some(page) = pages.try_next().await? {
            let state = &mut checkpoint.state;
            let events = converter.events(&page, &mut state.counts)?;
            target.send(&events, state).await?;
            state.segments[page.segment] = page.next;
            progress.show(&state.counts);
            checkpoint.save()?;
        }
        Ok(())
    }
}
