mod script;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tablecast_pipeline::definition::{KeyType, Keys, StartingPosition};

use super::*;
use script::{Script, broken, crashed, failures, id, ids, throttled};

struct Setting {
    database: Database,
    settings: Settings,
    folder: tempfile::TempDir,
}

impl Setting {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(None).await;
        Self { database, settings: settings(folder.path()), folder }
    }

    fn put(&self, ids: &[&str]) {
        self.database.put_many("orders", ids.iter().map(|id| json!({"id": {"S": id}})));
    }

    async fn start(&self, script: &Script) -> Pipe {
        Pipe::start(self.settings.clone(), self.database.clone(), script.clone()).await.unwrap()
    }

    /// Runs the pipe until its status is as wanted, then stops it.
    async fn run(&self, script: &Script, wanted: impl Fn(&Status) -> bool) -> Status {
        let pipe = self.start(script).await;
        let status = until(&pipe, wanted).await;
        pipe.stop().await;
        status
    }

    fn dead_letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.settings.places.dead_letters).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

async fn open(folder: Option<&Path>) -> Database {
    let database = Database::open(folder, "us-east-1").unwrap();
    database.create_streamed_table("orders", &keys()).await.unwrap();
    database
}

fn keys() -> Keys {
    Keys { partition: [("id".to_owned(), KeyType::S)].into(), sort: None }
}

fn settings(folder: &Path) -> Settings {
    Settings {
        name: "orders".to_owned(),
        table: "orders".to_owned(),
        start: StartingPosition::TrimHorizon,
        filters: Vec::new(),
        batch: 100,
        window: Duration::ZERO,
        parallel: 1,
        retry: RetryPolicy { retries: 2, max_age: Duration::from_secs(3600), bisect: false },
        places: Places {
            enrichment: "enrich".to_owned(),
            target: "dispatch".to_owned(),
            dead_letters: folder.join("dead-letters.jsonl"),
        },
    }
}

async fn until(pipe: &Pipe, wanted: impl Fn(&Status) -> bool) -> Status {
    let mut status = pipe.watch();
    let reached = timeout(Duration::from_secs(60), status.wait_for(|status| wanted(status))).await;
    *reached.unwrap_or_else(|_| panic!("stuck at {:?}", pipe.status())).unwrap()
}

fn delivered(count: u64) -> impl Fn(&Status) -> bool {
    move |status| status.delivered == count && status.unfinished == 0
}

fn dead(count: u64) -> impl Fn(&Status) -> bool {
    move |status| status.dead_lettered == count && status.unfinished == 0
}

#[tokio::test]
async fn the_target_gets_what_the_enrichment_answers() {
    let setting = Setting::new().await;
    setting.put(&["1", "2"]);
    let script = Script::new().enrich(|_, records| Ok(json!([{"ids": ids(records)}])));
    let status = setting.run(&script, delivered(2)).await;
    assert_eq!(script.enriched(), [["1", "2"]]);
    assert_eq!(script.target_payloads(), [[json!({"ids": ["1", "2"]})]]);
    assert_eq!((status.read, status.batches, status.retried), (2, 1, 0));
    assert!(status.lag.unwrap() < Duration::from_secs(60));
}

#[tokio::test]
async fn what_the_filter_drops_costs_no_call_and_does_not_come_again() {
    let mut setting = Setting::new().await;
    setting.settings.filters = vec![json!({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "a"}]}}}})];
    setting.put(&["b1", "b2"]);
    let script = Script::new();
    let status = setting.run(&script, |status| status.filtered == 2).await;
    assert_eq!((status.batches, status.unfinished), (0, 0));
    setting.put(&["a1", "b3"]);
    let status = setting.run(&script, delivered(1)).await;
    assert_eq!((status.read, status.filtered), (2, 1));
    assert_eq!(script.enriched(), [["a1"]]);
}

#[tokio::test]
async fn an_empty_answer_of_the_enrichment_means_success_without_the_target() {
    for nothing in [json!([]), json!({}), json!("")] {
        let setting = Setting::new().await;
        setting.put(&["1"]);
        let script = Script::new().enrich(move |_, _| Ok(nothing.clone()));
        setting.run(&script, delivered(1)).await;
        assert_eq!(script.targeted().len(), 0);
    }
}

#[tokio::test]
async fn a_failed_enrichment_gets_the_whole_batch_again() {
    let setting = Setting::new().await;
    setting.put(&["1", "2"]);
    let script = Script::new().enrich(|call, records| if call == 0 { broken() } else { Ok(records.into()) });
    let status = setting.run(&script, delivered(2)).await;
    assert_eq!(script.enriched(), [["1", "2"], ["1", "2"]]);
    assert_eq!(script.targeted(), [["1", "2"]]);
    assert_eq!((status.batches, status.retried), (2, 1));
}

#[tokio::test]
async fn a_retry_goes_through_the_whole_pipe() {
    let setting = Setting::new().await;
    setting.put(&["1"]);
    let script = Script::new().target(|call, _| if call == 0 { broken() } else { Ok(Value::Null) });
    setting.run(&script, delivered(1)).await;
    assert_eq!((script.enriched().len(), script.targeted().len()), (2, 2));
}

#[tokio::test]
async fn after_a_partial_failure_everything_from_the_failed_record_on_comes_again() {
    let setting = Setting::new().await;
    setting.put(&["1", "2", "3"]);
    let fails_once =
        |call, records: &[Value]| Ok(failures(records.iter().filter(|r| call == 0 && id(r) == "2")));
    let script = Script::new().target(fails_once);
    setting.run(&script, delivered(3)).await;
    assert_eq!(script.targeted(), [vec!["1", "2", "3"], vec!["2", "3"]]);
    assert_eq!(script.enriched(), script.targeted());
}

#[tokio::test]
async fn an_answer_that_names_an_unknown_record_fails_the_whole_batch() {
    let setting = Setting::new().await;
    setting.put(&["1", "2"]);
    let unknown = json!({"batchItemFailures": [{"itemIdentifier": "nobody"}]});
    let script =
        Script::new().target(move |call, _| Ok(if call == 0 { unknown.clone() } else { Value::Null }));
    setting.run(&script, delivered(2)).await;
    assert_eq!(script.targeted(), [["1", "2"], ["1", "2"]]);
}

#[tokio::test]
async fn a_batch_that_always_fails_is_given_up_and_the_pipe_goes_on() {
    let mut setting = Setting::new().await;
    setting.settings.batch = 1;
    setting.put(&["bad", "good"]);
    let script =
        Script::new().target(|_, records| if id(&records[0]) == "bad" { crashed() } else { Ok(json!({})) });
    let status = setting.run(&script, delivered(1)).await;
    assert_eq!(status.dead_lettered, 1);
    assert_eq!(script.targeted(), [["bad"], ["bad"], ["bad"], ["good"]], "once, and two retries");
    let letters = setting.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["context"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(letters[0]["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn a_record_that_is_too_old_is_given_up_without_a_call() {
    let mut setting = Setting::new().await;
    setting.settings.retry.max_age = Duration::ZERO;
    setting.put(&["1"]);
    let script = Script::new();
    setting.run(&script, dead(1)).await;
    assert_eq!(script.enriched().len(), 0);
    assert_eq!(setting.dead_letters()[0]["context"]["condition"], "RecordAgeExceeded");
}

#[tokio::test]
async fn bisection_finds_the_one_record_that_fails() {
    let mut setting = Setting::new().await;
    setting.settings.retry.bisect = true;
    setting.put(&["1", "2", "3", "bad", "5", "6", "7"]);
    let script = Script::new().enrich(|_, records| {
        if ids(records).contains(&"bad".into()) { broken() } else { Ok(records.into()) }
    });
    setting.run(&script, |status| status.delivered == 6 && status.dead_lettered == 1).await;
    assert_eq!(script.targeted().concat(), ["1", "2", "3", "5", "6", "7"]);
    assert_eq!(setting.dead_letters()[0]["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn having_no_room_for_a_call_does_not_count_as_an_attempt() {
    let mut setting = Setting::new().await;
    setting.settings.retry.retries = 1;
    setting.put(&["1"]);
    let script = Script::new().enrich(|call, records| match call {
        0..3 => throttled(),
        3 => broken(),
        _ => Ok(records.into()),
    });
    let status = setting.run(&script, delivered(1)).await;
    assert_eq!((script.enriched().len(), status.dead_lettered), (5, 0));
}

#[tokio::test]
async fn a_batch_waits_for_its_window_unless_it_is_full() {
    let mut setting = Setting::new().await;
    (setting.settings.batch, setting.settings.window) = (3, Duration::from_secs(300));
    setting.put(&["1", "2", "3", "4", "5", "6", "7"]);
    let script = Script::new();
    let status = setting.run(&script, |status| status.delivered == 6).await;
    assert_eq!(status.unfinished, 1);
    assert_eq!(script.enriched(), [["1", "2", "3"], ["4", "5", "6"]]);
    setting.settings.window = Duration::ZERO;
    setting.run(&script, delivered(1)).await;
    assert_eq!(script.enriched().concat().last().unwrap(), "7", "it was not lost with the window");
}

#[tokio::test]
async fn a_delete_by_ttl_can_be_told_from_any_other() {
    let mut setting = Setting::new().await;
    setting.settings.filters = vec![json!({"userIdentity": {"principalId": ["dynamodb.amazonaws.com"]}})];
    setting.database.enable_expiry("orders");
    setting.put(&["1"]);
    setting.database.put("orders", json!({"id": {"S": "old"}, "until": {"N": "1700000000"}}));
    setting.database.sweep_expired().await.unwrap();
    let script = Script::new();
    let status = setting.run(&script, delivered(1)).await;
    assert_eq!((script.enriched(), status.filtered), (vec![vec!["old".to_owned()]], 2));
    assert_eq!(script.target_payloads()[0][0]["userIdentity"]["type"], "Service");
}

#[tokio::test]
async fn a_pipe_that_starts_at_the_latest_record_skips_what_was_there() {
    let mut setting = Setting::new().await;
    setting.settings.start = StartingPosition::Latest;
    setting.put(&["before"]);
    let script = Script::new();
    let pipe = setting.start(&script).await;
    setting.put(&["after"]);
    until(&pipe, delivered(1)).await;
    assert_eq!(script.enriched(), [["after"]]);
}

#[tokio::test]
async fn a_table_that_is_created_later_is_waited_for() {
    let mut setting = Setting::new().await;
    setting.settings.table = "later".to_owned();
    let script = Script::new();
    let pipe = setting.start(&script).await;
    setting.database.create_streamed_table("later", &keys()).await.unwrap();
    setting.database.put("later", json!({"id": {"S": "1"}}));
    until(&pipe, delivered(1)).await;
}

#[tokio::test]
async fn a_bad_filter_is_refused_at_the_start() {
    let mut setting = Setting::new().await;
    setting.settings.filters = vec![json!({"eventName": "INSERT"})];
    let started = Pipe::start(setting.settings, setting.database, Script::new()).await;
    let error = started.err().unwrap().to_string();
    assert!(error.starts_with("pipe orders: filter[0]: eventName: "), "{error}");
}

#[tokio::test]
async fn a_pipe_that_is_not_started_keeps_no_place() {
    let setting = Setting::new().await;
    let other = Settings { name: "other".to_owned(), ..setting.settings.clone() };
    drop(start_all(vec![setting.settings.clone(), other], &setting.database, &Script::new()).await.unwrap());
    drop(start_all(vec![setting.settings.clone()], &setting.database, &Script::new()).await.unwrap());
    assert!(setting.database.checkpoint("orders", "orders").await.unwrap().is_some());
    assert!(setting.database.checkpoint("other", "orders").await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_is_given_up_while_the_dead_letter_cannot_be_written() {
    let mut setting = Setting::new().await;
    let folder = setting.folder.path().join("not-yet");
    setting.settings.places.dead_letters = folder.join("dead-letters.jsonl");
    setting.settings.retry.retries = 0;
    setting.put(&["1"]);
    let script = Script::new().enrich(|_, _| broken());
    let pipe = setting.start(&script).await;
    let status = until(&pipe, |status| status.batches == 1).await;
    assert_eq!((status.dead_lettered, status.unfinished), (0, 1));
    std::fs::create_dir(&folder).unwrap();
    until(&pipe, dead(1)).await;
    assert_eq!(setting.dead_letters().len(), 1);
}

/// A function that never answers.
#[derive(Clone)]
struct Hangs(Arc<tokio::sync::Notify>);

impl Invoke for Hangs {
    async fn invoke(&self, _: &str, _: bytes::Bytes) -> Result<bytes::Bytes, crate::invoke::InvokeError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_was_not_finished_comes_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(Some(folder.path())).await;
    let setting = Setting { settings: settings(folder.path()), database, folder };
    setting.put(&["1", "2"]);
    setting.run(&Script::new(), delivered(2)).await;
    setting.put(&["3", "4"]);
    let called = Arc::new(tokio::sync::Notify::new());
    let hung = Pipe::start(setting.settings.clone(), setting.database.clone(), Hangs(called.clone()));
    let hung = hung.await.unwrap();
    called.notified().await;
    drop(hung);
    let Setting { folder, settings, database } = setting;
    drop(database);

    let database = open(Some(folder.path())).await;
    let setting = Setting { settings, database, folder };
    setting.put(&["5"]);
    let script = Script::new();
    setting.run(&script, delivered(3)).await;
    assert_eq!(script.enriched().concat(), ["3", "4", "5"]);
}

#[tokio::test]
async fn a_pipe_stops_soon_though_a_function_hangs() {
    let setting = Setting::new().await;
    setting.put(&["1"]);
    let called = Arc::new(tokio::sync::Notify::new());
    let pipe =
        Pipe::start(setting.settings.clone(), setting.database.clone(), Hangs(called.clone())).await.unwrap();
    called.notified().await;
    timeout(GRACE * 5, pipe.stop()).await.unwrap();
    let script = Script::new();
    setting.run(&script, delivered(1)).await;
    assert_eq!(script.enriched(), [["1"]]);
}

/// What a target has taken, per item; it refuses every third call or record, in turn.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<BTreeMap<String, Vec<u64>>>>);

impl Ledger {
    fn take(&self, call: usize, records: &[Value]) -> Result<Value, crate::invoke::InvokeError> {
        if call % 5 == 1 {
            return broken();
        }
        let refused = |place: usize| call % 3 == 0 && (place + call) % 4 == 3;
        for (_, record) in records.iter().enumerate().filter(|(place, _)| !refused(*place)) {
            let version = record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap();
            self.0.lock().unwrap().entry(id(record)).or_default().push(version);
        }
        Ok(failures(
            records.iter().enumerate().filter(|(place, _)| refused(*place)).map(|(_, record)| record),
        ))
    }
}

#[tokio::test]
async fn the_last_word_on_every_item_is_its_newest_version_whatever_fails() {
    let mut setting = Setting::new().await;
    (setting.settings.batch, setting.settings.parallel, setting.settings.retry.retries) = (7, 4, 1_000);
    for version in 1..=20 {
        let item = |item| json!({"id": {"S": format!("item-{item}")}, "version": {"N": version.to_string()}});
        setting.database.put_many("orders", (0..10).map(item));
    }
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

#[tokio::test]
async fn without_failures_one_items_records_stay_in_order_over_several_lanes() {
    let mut setting = Setting::new().await;
    (setting.settings.batch, setting.settings.parallel) = (3, 4);
    for version in 1..=20 {
        let item = |item| json!({"id": {"S": format!("item-{item}")}, "version": {"N": version.to_string()}});
        setting.database.put_many("orders", (0..10).map(item));
    }
    let script = Script::new();
    setting.run(&script, delivered(200)).await;
    let mut seen: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for record in script.target_payloads().concat() {
        let version = record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap();
        seen.entry(id(&record)).or_default().push(version);
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.values().all(|versions| versions.iter().copied().eq(1..=20)), "{seen:?}");
}

#[tokio::test]
async fn a_burst_faster_than_the_pipe_loses_nothing_and_is_trimmed_afterwards() {
    let mut setting = Setting::new().await;
    setting.settings.batch = 1_000;
    let script = Script::new().enrich(|_, records| Ok(json!([{"count": records.len()}])));
    let pipe = setting.start(&script).await;
    let item = |number: usize| json!({"id": {"S": number.to_string()}, "note": {"S": "x".repeat(100)}});
    let database = setting.database.clone();
    let writes = move || database.put_many("orders", (0..25_000).map(item));
    tokio::task::spawn_blocking(writes).await.unwrap();
    until(&pipe, delivered(25_000)).await;
    let ids: std::collections::BTreeSet<_> = script.enriched().concat().into_iter().collect();
    assert_eq!(ids.len(), 25_000);

    setting.database.put_many("orders", (25_000..27_000).map(item));
    let kept = setting.database.count_stream_records("orders").await;
    assert!(kept < 14_000, "{kept}");
}
