use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::script::{Script, broken, failures, id};
use super::*;
use crate::invoke::InvokeError;

/// What a target has taken, per item. It fails every fifth call, and refuses some records of every third.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<BTreeMap<String, Vec<u64>>>>);

impl Ledger {
    fn take(&self, call: usize, records: &[Value]) -> Result<Value, InvokeError> {
        if call % 5 == 1 {
            return broken();
        }
        let refused = |place: usize| call.is_multiple_of(3) && (place + call) % 4 == 3;
        for (_, record) in records.iter().enumerate().filter(|(place, _)| !refused(*place)) {
            self.0.lock().unwrap().entry(id(record)).or_default().push(version(record));
        }
        Ok(failures(
            records.iter().enumerate().filter(|(place, _)| refused(*place)).map(|(_, record)| record),
        ))
    }
}

fn write_twenty_versions_of_ten_items(setting: &Setting) {
    for version in 1..=20 {
        let item = |item| json!({"id": {"S": format!("item-{item}")}, "version": {"N": version.to_string()}});
        setting.database.put_many("orders", (0..10).map(item));
    }
}

fn version(record: &Value) -> u64 {
    record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_word_on_every_item_is_its_newest_version_whatever_fails() {
    let mut setting = Setting::new().await;
    (setting.pipe.settings.batch, setting.pipe.settings.parallel, setting.pipe.settings.retry.retries) =
        (7, 4, Some(1_000));
    write_twenty_versions_of_ten_items(&setting);
    let ledger = Ledger::default();
    let taken = ledger.clone();
    let script = Script::new().target(move |call, records| taken.take(call, records));
    let status = setting.run(&script, delivered(200)).await;
    assert!(status.retried > 0, "the faults fired");
    for (item, versions) in ledger.0.lock().unwrap().iter() {
        let mut complete = versions.clone();
        complete.sort_unstable();
        complete.dedup();
        assert_eq!(complete, (1..=20).collect::<Vec<_>>(), "{item}");
        assert_eq!(versions.last(), Some(&20), "{item}: {versions:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_failures_one_items_records_stay_in_order_over_several_lanes() {
    let mut setting = Setting::new().await;
    (setting.pipe.settings.batch, setting.pipe.settings.parallel) = (3, 4);
    write_twenty_versions_of_ten_items(&setting);
    let script = Script::new();
    setting.run(&script, delivered(200)).await;
    let mut seen: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for record in script.target_payloads().concat() {
        seen.entry(id(&record)).or_default().push(version(&record));
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.values().all(|versions| versions.iter().copied().eq(1..=20)), "{seen:?}");
}
