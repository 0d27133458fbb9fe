//! Items of `fanout` that something other than tablecast changed, or that a newer version wrote.

use serde_json::{Value, json};
use tablecast_connections::{LISTS, LookUp, Run, WorkerReport};
use tablecast_stand_in::logs;

use super::*;

const SOURCE: &str = "tablecast/orders/acme";
const NOW: i64 = 1_800_000_000_000;

/// Values that the attributes of a run never have.
fn damages() -> Vec<(&'static str, Value)> {
    let text = || json!({ "S": "7" });
    vec![
        ("source", json!({ "S": "tablecast/orders/beta" })),
        ("run_id", text()),
        ("started_after", text()),
        ("needed_to", json!({ "N": "-1" })),
        ("parts", text()),
        ("parts", json!({ "N": "0" })),
        ("parts", json!({ "N": "17" })),
        ("cursor_0", text()),
        ("owner_0", text()),
        ("leased_until_0", json!({ "NULL": true })),
        ("gap_at", text()),
    ]
}

fn damage(stand_in: &StandIn, is_own: impl Fn(&Value) -> bool, attribute: &str, value: &Value) {
    let mut items = stand_in.items(TABLE);
    items.retain(is_own);
    items.iter_mut().for_each(|item| item[attribute] = value.clone());
    assert_eq!(items.len(), 1);
    stand_in.import(TABLE, items);
}

/// A run of the offsets 5 to 8, with a damaged attribute.
async fn with_damage(attribute: &str, value: &Value) -> (StandIn, Connections) {
    logs::capture();
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/acme/*"])).await.unwrap();
    connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    damage(&stand_in, |item| item["sk"]["S"] == "channel", attribute, value);
    (stand_in, connections)
}

async fn listed(connections: &Connections) -> Vec<Run> {
    let mut runs = Vec::new();
    for list in 0..LISTS {
        runs.extend(connections.runs(list, NOW).await.unwrap());
    }
    runs
}

#[tokio::test]
async fn a_damaged_run_is_never_none_but_is_replaced_logged_and_counted() {
    for (attribute, value) in damages() {
        let (_stand_in, connections) = with_damage(attribute, &value).await;
        let lines = logs::values("ERROR", "sk").len();
        let found = connections.look_up(&pattern("orders/acme/*"), 10).await.unwrap();
        let LookUp::Run(run) = found else { panic!("{attribute}: {found:?}") };
        assert!(run.gap_at.is_some() && run.started_after <= 8, "{attribute}: {run:?}");
        assert_eq!(connections.take_damaged(), 1, "{attribute}");
        assert_eq!(logs::values("ERROR", "sk")[lines..], ["channel"], "{attribute}");
        assert_eq!(logs::values("ERROR", "pk").last(), Some(&json!("subscription#orders/acme/*")));
        assert_eq!(connections.run(SOURCE).await.unwrap(), Some(run.clone()), "{attribute}");
        assert_eq!(listed(&connections).await, [run], "{attribute}");
        assert_eq!(connections.take_damaged(), 0, "{attribute}");
    }
}

#[tokio::test]
async fn the_offsets_of_a_damaged_run_are_covered_by_the_one_that_replaces_it() {
    for (attribute, value) in damages() {
        let (_stand_in, connections) = with_damage(attribute, &value).await;
        let run = connections.cover(SOURCE, 9..=9, None, NOW).await.unwrap();
        assert!(run.needed_to == 9 && run.gap_at.is_some(), "{attribute}: {run:?}");
        assert!(run.parts[0].cursor <= 8 && run.unleased_parts(NOW).count() == 1, "{attribute}: {run:?}");
    }
}

#[tokio::test]
async fn a_run_that_is_damaged_while_it_is_served_is_replaced() {
    for (attribute, value) in damages() {
        let (stand_in, connections) = start().await;
        let run = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
        let run = connections.lease(&run, 0, 1, NOW, NOW + 10_000).await.unwrap().unwrap();
        damage(&stand_in, |item| item["sk"]["S"] == "channel", attribute, &value);
        let advanced = connections.advance(&run, 0, 6, NOW + 20_000).await.unwrap();
        assert_eq!(advanced, None, "{attribute}");
        let repaired = connections.run(SOURCE).await.unwrap().unwrap();
        assert!(repaired.run_id != run.run_id && repaired.gap_at.is_some(), "{attribute}");
    }
}

#[tokio::test]
async fn a_damaged_entry_of_the_list_hides_no_run() {
    for attribute in ["run_id", "listed_at"] {
        let (stand_in, connections) = start().await;
        let run = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
        let is_entry = |item: &Value| item["sk"]["S"] == SOURCE;
        damage(&stand_in, is_entry, attribute, &json!({ "S": "x" }));
        assert_eq!(listed(&connections).await, [run], "{attribute}");
        assert_eq!(connections.take_damaged(), 1, "{attribute}");
        listed(&connections).await;
        assert_eq!(connections.take_damaged(), 0, "{attribute}");
    }
}

#[tokio::test]
async fn a_damaged_report_of_a_worker_is_counted_and_hides_no_other() {
    let (stand_in, connections) = start().await;
    let report = |part| WorkerReport { source: SOURCE.to_owned(), part, wants: 7, until: NOW + 9 };
    for part in [0, 1] {
        connections.report_worker(&report(part)).await.unwrap();
    }
    damage(&stand_in, |item| item["part"]["N"] == "0", "wants", &json!({ "S": "x" }));
    assert_eq!(connections.worker_reports(NOW).await.unwrap(), [report(1)]);
    assert_eq!(connections.take_damaged(), 1);
}
