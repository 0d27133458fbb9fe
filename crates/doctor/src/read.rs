//! Reads the facts about a deployment from AWS.
//!
//! # Layout
//! - `reader`: one request, and what is unknown without it
//! - `functions`, `pipes`, `tables`, `letters`, `rejected`, `alarms`, `api`, `bus`, `issuers`, `metrics`: the parts
//! - `deployed_bus`: the bus, for commands that publish on it
//! - `json`: members of responses; `parallel`: several requests at once

mod alarms;
mod api;
mod bus;
mod deployed_bus;
mod functions;
mod issuers;
mod json;
mod letters;
mod metrics;
mod parallel;
mod pipes;
mod reader;
mod rejected;
mod tables;

use aws_types::SdkConfig;
use tablecast_aws::now_in_milliseconds;

use crate::aws::Client;
use crate::facts::{Deployed, Facts, Package, Pipe, PipeFile, Reading, Rejected, Unreadable};
use reader::Reader;

pub use deployed_bus::{BusError, bus_of};

#[cfg(test)]
pub use functions::FUNCTIONS;

/// A deployment, and the folder that it is compared with.
#[derive(Debug, Clone)]
pub struct Target {
    /// Terraform's `name`.
    pub name: String,
    pub files: Option<Vec<PipeFile>>,
    pub packages: Vec<Package>,
    /// Seconds.
    pub lag_limit: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotRun {
    #[error("{0}")]
    NoCredentials(String),
    #[error(
        "nothing could be read: {reason}; check AWS_REGION, the credentials, and `tablecast doctor --permissions`{skew}"
    )]
    Unreadable { reason: String, skew: String },
    #[error(
        "the region {region} has no deployment {name}: no function and no pipe has its name; check --deployment and AWS_REGION"
    )]
    NoDeployment { name: String, region: String },
}

/// Reads the facts about a deployment.
pub async fn read_facts(config: SdkConfig, target: &Target) -> Result<Facts, CannotRun> {
    let reader = Reader::new(Client::new(config).await.map_err(CannotRun::NoCredentials)?);
    let mut facts = started(target);
    Box::pin(independent(&reader, &mut facts)).await;
    reader.check()?;
    if is_absent(&facts) {
        let (name, region) = (target.name.clone(), reader.client.region().to_owned());
        return Err(CannotRun::NoDeployment { name, region });
    }
    Box::pin(dependent(&reader, &mut facts)).await;
    facts.metrics = metrics::read(&reader, &facts).await;
    facts.clock_skew = reader.client.clock_skew();
    facts.unreadable = reader.into_unreadable();
    Ok(facts)
}

fn started(target: &Target) -> Facts {
    let Target { name, files, packages, lag_limit } = target.clone();
    let (now, bus_name) = (now_in_milliseconds() / 1000, name.clone());
    Facts { name, now, lag_limit, files, packages, bus_name, ..Facts::default() }
}

/// Reads what needs only the name of the deployment.
async fn independent(reader: &Reader, facts: &mut Facts) {
    let name = facts.name.clone();
    let (functions, concurrency, pipes, alarms, api) = tokio::join!(
        functions::all(reader, &name),
        functions::concurrency(reader),
        pipes::all(reader, &name),
        alarms::all(reader, &name),
        api::read(reader, &name),
    );
    (facts.functions, facts.concurrency, facts.alarms, facts.api) = (functions, concurrency, alarms, api);
    facts.pipes = pipes.map(|pipes| pipes::named(pipes, facts));
}

fn is_absent(facts: &Facts) -> bool {
    let has_function = facts.functions.iter().any(|function| !function.deployed.is_missing());
    !has_function && facts.pipes.found().is_some_and(Vec::is_empty)
}

/// Reads what functions and pipes refer to.
async fn dependent(reader: &Reader, facts: &mut Facts) {
    if let Some(name) = facts.deployed("dispatch").and_then(Deployed::bus_name) {
        facts.bus_name = name.to_owned();
    }
    let (tables, queues, rejected, (bus, rules), issuers) = tokio::join!(
        tables::all(reader, facts),
        letters::all(reader, facts),
        rejected::of_deployment(reader, facts),
        bus::read(reader, &facts.bus_name),
        issuers::unusable(facts),
    );
    (facts.tables, facts.queues, facts.rejected, facts.bus, facts.rules) =
        (tables, queues, rejected, bus, rules);
    facts.unusable_issuers = issuers;
    let of_bus = letters::of_bus(reader, facts).await;
    facts.queues.extend(of_bus);
}

/// Reads the pipes of a deployment, with the names of their files. Fails if they cannot be read, or if there are none.
pub async fn pipes_of(config: SdkConfig, target: &Target) -> Result<Vec<Pipe>, CannotRun> {
    let reader = Reader::new(Client::new(config).await.map_err(CannotRun::NoCredentials)?);
    let mut facts = started(target);
    let (pipes, alarms, enrich) = tokio::join!(
        pipes::all(&reader, &target.name),
        alarms::all(&reader, &target.name),
        functions::live(&reader, &target.name, "enrich"),
    );
    (facts.alarms, facts.functions) = (alarms, vec![enrich]);
    facts.pipes = pipes.map(|pipes| pipes::named(pipes, &facts));
    if is_absent(&facts) {
        let (name, region) = (facts.name, reader.client.region().to_owned());
        return Err(CannotRun::NoDeployment { name, region });
    }
    match facts.pipes {
        Reading::Found(pipes) => Ok(pipes),
        _ => Err(reader.nothing()),
    }
}

/// Reads the rejected records of the local mode, whose DynamoDB the configuration has.
pub async fn rejected_of_local_mode(
    config: SdkConfig,
    pipes: &[String],
) -> Result<(Vec<Rejected>, Vec<Unreadable>), CannotRun> {
    let reader = Reader::new(Client::new(config).await.map_err(CannotRun::NoCredentials)?);
    let rejected = rejected::all(&reader, "rejected", pipes).await;
    Ok((rejected, reader.into_unreadable()))
}
