//! Compares `dispatch` with the usual implementation in Node, in the same run and against the same stand-ins.
//!
//! Both run as processes with a Lambda Runtime API. The benchmark measures their own CPU time and memory.
#![allow(clippy::unwrap_used)]

mod function;
mod measure;
mod scenario;
mod stand_in;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use function::Function;
use measure::{Figures, measure};
use scenario::SCENARIOS;
use stand_in::StandIn;

const STARTS: usize = 11;

#[tokio::main]
async fn main() {
    let binaries = build();
    install();
    let rust = |name: &str| Command::new(binaries.join(name));
    println!("\n## Start-up: exec to the first poll of the Runtime API, median of {STARTS}\n");
    println!("| function | ms |\n|---|---|");
    println!("| dispatch | {} |", start(|| rust("dispatch")).await);
    println!("| connect | {} |", start(|| rust("connect")).await);
    println!("| enrich | {} |", start(|| rust("enrich")).await);
    println!("| Node | {} |", start(node).await);
    println!("\n## One batch of 100 events, tablecast / Node (ratio Node : tablecast)\n");
    println!("| case | connections | frames | requests | wall ms | CPU ms | peak MB |");
    println!("|---|---|---|---|---|---|---|");
    for scenario in SCENARIOS {
        let stand_in = StandIn::start(&scenario).await;
        let of_tablecast = measure(&stand_in, &scenario, rust("dispatch"), "connections").await;
        let of_node = measure(&stand_in, &scenario, node(), "samples").await;
        assert_eq!((of_tablecast.frames, of_node.frames), (scenario.subscribed, scenario.subscribed));
        println!("{}", row(&scenario, &of_tablecast, &of_node));
    }
}

fn row(scenario: &scenario::Scenario, of_tablecast: &Figures, of_node: &Figures) -> String {
    let cell = |a: f64, b: f64| format!("{a:.1} / {b:.1} (**{:.1}**)", b / a);
    format!(
        "| {} | {} | {} | {} / {} | {} | {} | {} |",
        scenario.name,
        scenario.connected,
        of_tablecast.frames,
        of_tablecast.other_requests,
        of_node.other_requests,
        cell(of_tablecast.wall_ms, of_node.wall_ms),
        cell(of_tablecast.cpu_ms, of_node.cpu_ms),
        cell(of_tablecast.peak_mb, of_node.peak_mb),
    )
}

/// Builds the functions with the profile of this benchmark, and returns the folder of their binaries.
fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    // `--bin` in the whole workspace, without cargo's variables for this package, compiles no crate twice.
    cargo.args([
        "build",
        "--quiet",
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"),
    ]);
    cargo.args(["--profile", "bench", "--bin", "dispatch", "--bin", "connect", "--bin", "enrich"]);
    let package_variables = std::env::vars()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
    package_variables.for_each(|name| _ = cargo.env_remove(name));
    assert!(cargo.status().unwrap().success());
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().to_owned()
}

fn install() {
    let mut npm = Command::new("npm");
    npm.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(node_folder());
    assert!(npm.status().unwrap().success());
}

fn node_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node")
}

fn node() -> Command {
    let mut node = Command::new("node");
    node.arg("--no-warnings").arg(node_folder().join("dispatch.mjs"));
    node
}

async fn start(command: impl Fn() -> Command) -> String {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(Function::start(command(), "http://127.0.0.1:9", "connections").await.start_up);
    }
    times.sort();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let (least, most) = (milliseconds(times[0]), milliseconds(times[STARTS - 1]));
    format!("**{:.1}** ({least:.1}-{most:.1})", milliseconds(times[STARTS / 2]))
}
