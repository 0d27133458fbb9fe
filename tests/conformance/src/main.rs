//! Plays scenarios against clients.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use tablecast_conformance::clients::{self, Client};
use tablecast_conformance::scenario::{self, Scenario};
use tablecast_conformance::suite::{Outcome, play_all};
use tablecast_conformance::{page, project};

/// Plays scenarios of docs/reference/client.md against a client.
#[derive(Parser)]
struct Arguments {
    /// Play only scenarios whose name or rules contain this text.
    #[arg(long, value_name = "TEXT")]
    scenario: Option<String>,
    /// Play against one client of clients.yaml. Default: all of them.
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// Play so many scenarios at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    jobs: usize,
    /// The validators of the client program.
    #[arg(long, value_name = "PATH")]
    validators: Option<PathBuf>,
    /// Wait so long for each step.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    patience: u64,
    /// Print the time of each scenario.
    #[arg(long)]
    times: bool,
    /// Write the tables of docs/reference/client.md again.
    #[arg(long)]
    write: bool,
    /// The client program and its arguments.
    #[arg(last = true)]
    command: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("tablecast-conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether every scenario passed.
async fn run(arguments: Arguments) -> Result<bool, String> {
    tablecast_conformance::set_patience(Duration::from_secs(arguments.patience));
    if arguments.write {
        return page::write().map(|()| true);
    }
    let scenarios = scenario::read_all(&project().join("tests/conformance/scenarios"))?;
    let mut all_passed = true;
    for client in clients(&arguments)? {
        let (skipped, played) = chosen(&scenarios, &client, &arguments);
        all_passed &= play(&client, skipped, played, &arguments).await?;
    }
    Ok(all_passed)
}

fn clients(arguments: &Arguments) -> Result<Vec<Client>, String> {
    if !arguments.command.is_empty() {
        let command = arguments.command.join(" ");
        let validators = arguments.validators.clone();
        return Ok(vec![Client {
            name: command.clone(),
            program: None,
            command,
            validators,
            skip: Default::default(),
            without: Default::default(),
        }]);
    }
    let mut clients = clients::read()?;
    clients.retain(|client| arguments.client.as_ref().is_none_or(|name| *name == client.name));
    if clients.is_empty() { Err("clients.yaml has no such client".to_owned()) } else { Ok(clients) }
}

/// Returns the number of skipped scenarios, and those to play.
fn chosen(scenarios: &[Scenario], client: &Client, arguments: &Arguments) -> (usize, Vec<Scenario>) {
    let has = |one: &Scenario, text: &String| {
        one.name.contains(text) || one.rules.iter().any(|rule| rule.contains(text))
    };
    let is_chosen = |one: &&Scenario| arguments.scenario.as_ref().is_none_or(|text| has(one, text));
    let chosen: Vec<_> = scenarios.iter().filter(is_chosen).collect();
    let played: Vec<_> = chosen.iter().filter(|one| client.plays(one)).copied().cloned().collect();
    (chosen.len() - played.len(), played)
}

async fn play(
    client: &Client,
    skipped: usize,
    scenarios: Vec<Scenario>,
    arguments: &Arguments,
) -> Result<bool, String> {
    if scenarios.is_empty() {
        return Err(format!("{}: no scenario has this name", client.name));
    }
    let start = Instant::now();
    let outcomes = play_all(scenarios, &client.launch()?, arguments.jobs.max(1)).await;
    let failed: Vec<_> = outcomes.iter().filter(|outcome| outcome.result.is_err()).collect();
    failed.iter().for_each(|outcome| print_failure(outcome));
    if arguments.times {
        outcomes
            .iter()
            .for_each(|outcome| println!("{:5.1} s  {}", outcome.time.as_secs_f64(), outcome.name));
    }
    let (passed, time) = (outcomes.len() - failed.len(), start.elapsed().as_secs_f64());
    println!("{}: {passed} passed, {} failed, {skipped} skipped, {time:.1} s", client.name, failed.len());
    Ok(failed.is_empty())
}

fn print_failure(outcome: &Outcome) {
    if let Err(failure) = &outcome.result {
        println!("FAILED {}\n  {failure}", outcome.name);
    }
}
