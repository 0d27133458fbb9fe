//! The soak: all of tablecast on one machine, with writers, clients and a seeded plan of faults.
//!
//! # Layout
//! - `addresses`: the interface of the system to the workload
//! - `system`: the local mode behind proxies; `faults`: breaks it; `plan`: the order and the times of faults
//! - `workload`: the writers and the clients; `oracle`: checks what arrived
//! - `sampling`: memory and lag; `report`: the result
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod addresses;
mod faults;
mod oracle;
mod plan;
mod report;
mod sampling;
mod system;
mod workload;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, sleep};

use faults::{Counts, World};
use plan::Card;
use report::Report;
use sampling::Sampling;
use system::System;

/// Breaks all of tablecast on this machine in a seeded order, and compares what was written with what arrived
#[derive(Debug, Parser)]
struct Arguments {
    /// The seed of the plan
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long faults happen
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Only the kinds of faults whose name has this text (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Not the kinds whose name has this text (repeatable)
    #[arg(long, value_name = "TEXT")]
    without: Vec<String>,
    /// Write the report here as JSON, and beside it as Markdown
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The folder of the programs (default: builds them)
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// Keep the folder of the run
    #[arg(long)]
    keep: bool,
}

/// After this time, the run prints what has not arrived.
const SLOW: Duration = Duration::from_secs(60);

/// How long the last changes may take to arrive. Only a failing run waits so long.
const CATCH_UP: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tablecast_tests::processes::allow_many_open_files();
    let report = tokio::select! {
        report = run(&arguments) => report,
        () = interrupted() => return ExitCode::from(130),
    };
    println!("{}", report.markdown());
    if let Some(file) = &arguments.report {
        fs::write(file, serde_json::to_string_pretty(&report).unwrap()).unwrap();
        fs::write(file.with_extension("md"), report.markdown()).unwrap();
    }
    match report.is_good() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Ctrl-C, or the end of a time limit. Then the processes and the file system of the run end, too.
async fn interrupted() {
    let mut terminated = signal(SignalKind::terminate()).unwrap();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

async fn run(arguments: &Arguments) -> Report {
    let system = System::start(arguments.programs.as_deref(), arguments.keep).await;
    eprintln!("the run is in {}", system.folder().display());
    let workload = workload::start(&system.addresses, arguments.seed).await;
    let world = Arc::new(World { system, workload, heavy: tokio::sync::Mutex::default() });
    let (sampling, counts) = (Sampling::start(&world), Arc::new(Counts::default()));
    let plan = plan::deal(arguments.seed, Duration::from_secs(arguments.seconds), &cards(arguments));
    faults::run(plan, &world, &counts).await;
    faults::heal(&world).await;
    let healed = Instant::now();
    world.workload.stop_writing().await;
    let seconds_to_catch_up = catch_up(&world, healed).await;
    let samples = sampling.stop().await;
    let world = Arc::into_inner(world).expect("a fault still runs");
    let World { system, workload, .. } = world;
    let verdict = oracle::judge_and_check(workload.finish().await);
    if arguments.keep {
        system.disk.keep(&system.folder().join("data-at-the-end"));
    }
    verdict.histories.iter().for_each(|history| eprintln!("{history}"));
    Report {
        seed: arguments.seed,
        seconds: arguments.seconds,
        faults: counts.all(),
        largest_lag: samples.largest_lag,
        seconds_to_catch_up,
        memory: samples.memory.thirds(),
        troubles: samples.troubles,
        counts: verdict.counts.clone(),
        verdict: verdict.into(),
    }
}

fn cards(arguments: &Arguments) -> Vec<Card> {
    let has = |name: &str, texts: &[String]| texts.iter().any(|text| name.contains(text));
    let chosen = |card: &Card| {
        (arguments.only.is_empty() || has(card.name, &arguments.only)) && !has(card.name, &arguments.without)
    };
    faults::cards().into_iter().filter(chosen).collect()
}

/// Returns the seconds until everything has arrived, or `None`.
async fn catch_up(world: &World, healed: Instant) -> Option<u64> {
    let mut is_printed = false;
    while world.workload.lag() > 0 {
        if healed.elapsed() > SLOW && !is_printed {
            is_printed = true;
            world.workload.missing().iter().for_each(|line| eprintln!("missing after {SLOW:?}: {line}"));
        }
        if healed.elapsed() > CATCH_UP {
            return None;
        }
        sleep(Duration::from_millis(200)).await;
    }
    Some(healed.elapsed().as_secs())
}
