use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::script::{Script, broken, failures, id};
use super::*;
use crate::invoke::InvokeError;

/// The versions that the target accepted, by item. Each fifth call fails; each third call rejects some
/// records.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<BTreeMap<String, Vec<u64>>>>);

impl Ledger {
    fn accept(&self, call: usize, records: &[Value]) -> Result<Value, InvokeError> {
        if call % 5 == 1 {
            return broken();
        }
        let is_rejected = |index: usize| call.is_multiple_of(3) && (index + call) % 4 == 3;
        for (_, record) in records.iter().enumerate().filter(|(index, _)| !is_rejected(*index)) {
            self.0.lock().unwrap().entry(id(record)).or_default().push(version(record));
        }
        Ok(failures(
            records.iter().enumerate().filter(|(index, _)| is_rejected(*index)).map(|(_, record)| record),
        ))
    }
}

fn write_twenty_versions_of_ten_items(setup: &Setup) {
    for version in 1..=20 {
        let item = |item| json!({"id": {"S": format!("item-{item}")}, "version": {"N": version.to_string()}});
        (0..10).map(item).for_each(|item| setup.table.put(item));
    }
}

fn version(record: &Value) -> u64 {
    record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_version_of_each_item_is_delivered_last_despite_failures() {
    let mut setup = Setup::new();
    (setup.config.batch, setup.config.parallel, setup.config.retry.retries) = (7, 4, Some(1_000));
    write_twenty_versions_of_ten_items(&setup);
    let ledger = Ledger::default();
    let accepted = ledger.clone();
    let script = Script::new().target(move |call, records| accepted.accept(call, records));
    let status = setup.run(&script, delivered(200)).await;
    assert!(status.retried > 0, "no call failed");
    for (item, versions) in ledger.0.lock().unwrap().iter() {
        let mut complete = versions.clone();
        complete.sort_unstable();
        complete.dedup();
        assert_eq!(complete, (1..=20).collect::<Vec<_>>(), "{item}");
        assert_eq!(versions.last(), Some(&20), "{item}: {versions:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_failures_the_records_of_an_item_stay_in_order() {
    let mut setup = Setup::new();
    (setup.config.batch, setup.config.parallel) = (3, 4);
    write_twenty_versions_of_ten_items(&setup);
    let script = Script::new();
    setup.run(&script, delivered(200)).await;
    let mut seen: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for record in script.target_payloads().concat() {
        seen.entry(id(&record)).or_default().push(version(&record));
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.values().all(|versions| versions.iter().copied().eq(1..=20)), "{seen:?}");
}
