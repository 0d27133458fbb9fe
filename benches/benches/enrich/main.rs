//! Compares `enrich` on one core with a Node implementation of the same pipe, and with parsing alone.
//!
//! All variants alternate in one run. Each converts the bytes of a batch to the bytes of the response.
#![allow(clippy::unwrap_used)]

mod batch;
mod node;

use std::path::Path;

use mimalloc::MiMalloc;
use tablecast_definitions::folder;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

use node::Node;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const ROUNDS: usize = 9;
const BATCHES: usize = 200;

fn main() {
    let pipes = pipes();
    if let Some(batches) = std::env::var("TABLECAST_PROFILE").ok().and_then(|batches| batches.parse().ok()) {
        return profile(&pipes, batches);
    }
    println!("\n## {} records a batch; CPU µs per record, median of {ROUNDS} rounds\n", batch::RECORDS);
    println!(
        "| records that match | bytes a record | what | µs | records/s | against Node |\n|---|---|---|---|---|---|"
    );
    for (name, payload) in [
        ("inserted: all", batch::placed()),
        ("modified: all", batch::paid(1)),
        ("modified: 1 in 10", batch::paid(10)),
    ] {
        compare(&pipes, name, &payload);
    }
}

/// Runs `enrich` alone, for a profiler.
fn profile(pipes: &Pipes, batches: usize) {
    let payload = batch::placed();
    (0..batches).for_each(|_| drop(std::hint::black_box(run(pipes, &payload))));
}

fn pipes() -> Pipes {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str, extension| folder::read(&root.join(name), extension).unwrap();
    Pipes::compile(&read("pipes", "yaml"), &read("schemas", "json")).unwrap()
}

fn compare(pipes: &Pipes, name: &str, payload: &[u8]) {
    let mut node = Node::start(payload);
    let answer = run(pipes, payload);
    assert_eq!(node.events(), count(&answer), "both must make the same events");
    let mut rounds: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(node.enrich(BATCHES));
        rounds[1].push(node.parse(BATCHES));
        rounds[2].push(time(|| run(pipes, payload).len()));
        rounds[3].push(time(|| parse(payload).as_array().map_or(0, Vec::len)));
    }
    let [reference, node_parse, ours, parse] = rounds.map(median);
    let bytes = payload.len() / batch::RECORDS;
    for (what, micros) in [
        ("Node: unmarshall, ajv, stringify", reference),
        ("Node: JSON.parse alone", node_parse),
        ("**tablecast**", ours),
        ("Rust: serde_json::Value alone", parse),
    ] {
        let (rate, ratio) = (1e6 / micros, reference / micros);
        println!("| {name} | {bytes} | {what} | {micros:.1} | {rate:.0} | {ratio:.2} |");
    }
}

/// Processes a batch as the function does.
fn run(pipes: &Pipes, payload: &[u8]) -> Vec<u8> {
    let batch = std::str::from_utf8(payload).unwrap();
    serde_json::to_vec(&enrich(pipes, batch).unwrap()).unwrap()
}

fn parse(payload: &[u8]) -> serde_json::Value {
    serde_json::from_slice(payload).unwrap()
}

fn count(answer: &[u8]) -> usize {
    // A record that no rule matches has no member `events`.
    let events = |element: &serde_json::Value| element["events"].as_array().map_or(0, Vec::len);
    parse(answer).as_array().unwrap().iter().map(events).sum()
}

/// Measures the CPU time per record in µs.
fn time(mut batch: impl FnMut() -> usize) -> f64 {
    let start = cpu();
    let total: usize = (0..BATCHES).map(|_| std::hint::black_box(batch())).sum();
    assert!(total > 0);
    (cpu() - start) / (BATCHES * batch::RECORDS) as f64
}

/// Returns the CPU time of this thread so far in µs. Linux counts it in nanoseconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1000.0
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
