//! The tables of docs/reference/cost.md are those of the calculator. To change them, copy what a failing test prints.

use std::fs;
use std::path::Path;

use tablecast_cost::facts::{CLIENT_METRICS, PIPE_METRICS};
use tablecast_cost::{
    Batch, Clients, Item, Line, Load, PipeLoad, changes, clients, markdown, month, requests, sources,
    standing, total,
};

use crate::load::{BATCH, load, pipe, prices};

/// The section has this table.
fn has(section: &str, table: &str) {
    let page = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cost.md"));
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no {section}"));
    let text = rest.split("\n## ").next().unwrap();
    assert!(table.lines().count() > 2);
    assert!(text.contains(table), "the section {section:?} of cost.md must have this table:\n\n{table}");
}

fn has_lines(section: &str, lines: &[Line]) {
    has(section, &markdown(lines, &prices()));
}

#[test]
fn the_page_has_the_prices_with_their_sources() {
    has("Prices", &sources(&prices()));
}

#[test]
fn the_page_has_the_cost_of_two_idle_pipes() {
    has_lines("Idle", &standing(&load(vec![pipe(0.0), pipe(0.0)]), &prices()));
}

#[test]
fn the_page_has_the_cost_of_a_million_changes() {
    has_lines("A million changes", &changes(&pipe(1e6), &load(Vec::new()), &prices()));
}

#[test]
fn the_page_has_the_cost_of_a_large_audience() {
    let batch = Batch { listeners: 2000, ..BATCH };
    let large = PipeLoad { batch, events_per_message: 5.0, ..pipe(1e6) };
    has_lines("A large audience", &changes(&large, &load(Vec::new()), &prices()));
}

#[test]
fn the_page_has_the_cost_of_a_thousand_clients() {
    let connected = Clients { connected: 1000.0, ping_minutes: 4.0 };
    has_lines("Clients", &clients(&Load { clients: connected, ..load(Vec::new()) }, &prices()));
}

#[test]
fn the_page_has_the_cost_of_the_options() {
    let all =
        Load { recovery_gb: 10.0, has_key: true, doctor_runs: 720.0, ..load(vec![pipe(0.0), pipe(0.0)]) };
    let options = [Item::DynamodbRecovery, Item::Key, Item::KeyRequest, Item::MetricRead];
    let lines: Vec<Line> =
        standing(&all, &prices()).into_iter().filter(|line| options.contains(&line.item)).collect();
    has_lines("Options", &lines);
}

/// Without the metrics of pipes and clients in use, a reader would expect half of the bill.
#[test]
fn the_guide_has_the_cost_of_an_idle_deployment_of_changes_and_of_clients() {
    let dollars = |changes: f64, connected: f64| {
        let clients = Clients { connected, ping_minutes: 4.0 };
        let load = Load { clients, ..load(vec![pipe(changes), pipe(0.0)]) };
        format!("{:.2}", total(&month(&load, &prices())))
    };
    let metrics = |count: u32| format!("{:.2}", f64::from(count) * 0.3);
    let sentences = format!(
        "The two example pipes cost {} US dollars a month while nothing happens, mostly for alarms and the dashboard. \
         With a million changes of one pipe, they cost {}, of which {} are for the metrics of that pipe. With 100 \
         clients that are always connected, they cost {}, of which {} are for the metrics of the clients' functions.",
        dollars(0.0, 0.0),
        dollars(1e6, 0.0),
        metrics(PIPE_METRICS),
        dollars(1e6, 100.0),
        metrics(CLIENT_METRICS)
    );
    let guide = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/start/deploy.md"));
    let guide = fs::read_to_string(guide).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(guide.contains(&sentences), "{sentences}");
}

/// functions/dispatch/tests/wire/units.rs and end_to_end.rs measure the same batches.
#[test]
fn the_page_has_the_requests_of_batches() {
    let measured = [
        (1, 1, 0),
        (1, 1, 1),
        (1, 1, 10),
        (1, 1, 100),
        (10, 1, 1),
        (10, 1, 10),
        (10, 1, 100),
        (100, 1, 1),
        (100, 1, 10),
        (10, 10, 1),
        (20, 10, 5),
    ];
    let batches = measured.map(|(changes, channels, listeners)| Batch {
        changes,
        channels,
        listeners,
        bytes: 512,
        ..BATCH
    });
    has("Requests of a batch", &requests(&batches, &prices()));
}
