use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tablecast_definitions::definition::{KeyType, Keys};
use tablecast_pipes::Status;
use tablecast_pipes::invoke::InvokeError;
use tokio::time::timeout;

use super::*;
use crate::page::PipeStatus;

/// A pipe and its database.
struct Setup {
    database: Database,
    pipe: EmbeddedPipe,
    folder: tempfile::TempDir,
}

impl Setup {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(None).await;
        Self { database, pipe: pipe(folder.path()), folder }
    }

    fn put(&self, ids: &[&str]) {
        self.database.put_many("orders", ids.iter().map(|id| json!({"id": {"S": id}})));
    }

    async fn start(&self, recorder: &Recorder) -> Pipe {
        self.pipe.clone().start(self.database.clone(), recorder.clone()).await.unwrap()
    }

    /// Runs the pipe until it has delivered so many records, then stops it.
    async fn run(&self, recorder: &Recorder, count: u64) -> Status {
        let pipe = self.start(recorder).await;
        let status = until_delivered(&pipe, count).await;
        pipe.stop().await;
        status
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

fn pipe(folder: &Path) -> EmbeddedPipe {
    from_yaml("start: TRIM_HORIZON", folder)
}

fn from_yaml(stream: &str, folder: &Path) -> EmbeddedPipe {
    let yaml = format!("table: orders\nstream: {{ {stream} }}\nsubject: '\"x\"'\nevents: []\n");
    let definition = Definition::parse(&yaml).unwrap();
    let dead_letters = folder.join("dead-letters.jsonl");
    let destinations = Destinations { enrichment: "enrich".into(), target: "dispatch".into(), dead_letters };
    EmbeddedPipe::new("orders".into(), definition, Filter::default(), destinations)
}

async fn until_delivered(pipe: &Pipe, count: u64) -> Status {
    let mut status = pipe.watch();
    let reached = status.wait_for(|status| status.delivered == count && status.unfinished == 0);
    *timeout(Duration::from_secs(60), reached).await.expect("delivered in time").unwrap()
}

/// Functions that accept all records. They record what the target receives, and can hang.
#[derive(Clone, Default)]
struct Recorder {
    targeted: Arc<Mutex<Vec<Value>>>,
    hangs: bool,
    called: Arc<tokio::sync::Notify>,
}

impl Recorder {
    fn ids(&self) -> Vec<String> {
        let targeted = self.targeted.lock().unwrap();
        targeted.iter().map(|r| r["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap().to_owned()).collect()
    }
}

impl Invoke for Recorder {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.called.notify_one();
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if function == "enrich" {
            return Ok(payload);
        }
        let records: Vec<Value> = serde_json::from_slice(&payload).unwrap();
        self.targeted.lock().unwrap().extend(records);
        Ok(Bytes::new())
    }
}

#[test]
fn a_pipe_file_becomes_a_configuration() {
    let stream = "batch: 5, window: 2s, retries: 3, max_age: 1h, parallel: 4, start: LATEST";
    let EmbeddedPipe { config, table, start, .. } = from_yaml(stream, Path::new(""));
    assert_eq!((config.name.as_str(), table.as_str(), start), ("orders", "orders", StartingPosition::Latest));
    assert_eq!((config.batch, config.parallel, config.window), (5, 4, Duration::from_secs(2)));
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(config.retry, RetryPolicy { retries: Some(3), max_age: hour, bisect: false });
}

/// Otherwise an outage of half a minute turns records into dead letters.
#[test]
fn without_a_limit_of_retries_only_the_age_of_a_record_ends_them() {
    let config = from_yaml("", Path::new("")).config;
    let six_hours = Some(Duration::from_secs(6 * 3600));
    assert_eq!(config.retry, RetryPolicy { retries: None, max_age: six_hours, bisect: false });
}

#[test]
fn a_pipe_bisects_only_with_bisect_true() {
    let bisects = |stream: &str| from_yaml(stream, Path::new("")).config.retry.bisect;
    assert!(bisects("bisect: true"));
    assert!(!bisects("bisect: false") && !bisects(""));
}

#[tokio::test]
async fn a_filter_can_select_deletes_by_ttl() {
    let mut setup = Setup::new().await;
    let pattern = json!({"userIdentity": {"principalId": ["dynamodb.amazonaws.com"]}});
    setup.pipe.config.filter = Filter::new(&[pattern]).unwrap();
    setup.database.enable_expiry("orders");
    setup.put(&["1"]);
    setup.database.put("orders", json!({"id": {"S": "old"}, "until": {"N": "1700000000"}}));
    setup.database.sweep_expired().await.unwrap();
    let recorder = Recorder::default();
    let status = setup.run(&recorder, 1).await;
    assert_eq!((recorder.ids(), status.filtered), (vec!["old".to_owned()], 2));
    assert_eq!(recorder.targeted.lock().unwrap()[0]["userIdentity"]["type"], "Service");
}

#[tokio::test]
async fn the_page_gets_filtered_records_with_the_field_that_did_not_match() {
    let mut setup = Setup::new().await;
    setup.pipe.config.filter = Filter::new(&[json!({"eventName": ["REMOVE"]})]).unwrap();
    setup.put(&["1", "2"]);
    let pipe = setup.start(&Recorder::default()).await;
    let mut status = pipe.watch();
    timeout(Duration::from_secs(60), status.wait_for(|status| status.filtered == 2)).await.unwrap().unwrap();
    let json = PipeStatus::new(&[pipe], None).json();
    let pipe = &json["pipes"][0];
    assert_eq!(
        (&pipe["name"], &pipe["filtered"], &pipe["delivered"]),
        (&json!("orders"), &json!(2), &json!(0))
    );
    let last = &pipe["lastFiltered"][0];
    assert_eq!((&last["operation"], &last["keys"]), (&json!("INSERT"), &json!({"id": {"S": "2"}})));
    assert_eq!(last["mismatches"], json!([{"path": "filter[0].eventName", "reason": "has another value"}]));
}

#[tokio::test]
async fn a_pipe_that_starts_at_latest_skips_earlier_records() {
    let mut setup = Setup::new().await;
    setup.pipe.start = StartingPosition::Latest;
    setup.put(&["before"]);
    let recorder = Recorder::default();
    let pipe = setup.start(&recorder).await;
    setup.put(&["after"]);
    until_delivered(&pipe, 1).await;
    assert_eq!(recorder.ids(), ["after"]);
}

#[tokio::test]
async fn a_pipe_waits_for_a_table_that_does_not_exist_yet() {
    let mut setup = Setup::new().await;
    setup.pipe.table = "later".to_owned();
    let pipe = setup.start(&Recorder::default()).await;
    setup.database.create_streamed_table("later", &keys()).await.unwrap();
    setup.database.put("later", json!({"id": {"S": "1"}}));
    until_delivered(&pipe, 1).await;
}

#[tokio::test]
async fn checkpoints_in_a_folder_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(Some(folder.path())).await;
    let setup = Setup { pipe: pipe(folder.path()), database, folder };
    setup.put(&["1", "2"]);
    setup.run(&Recorder::default(), 2).await;
    setup.put(&["3", "4"]);
    let hangs = Recorder { hangs: true, ..Recorder::default() };
    let pipe = setup.start(&hangs).await;
    hangs.called.notified().await;
    drop(pipe);
    let Setup { folder, pipe, database } = setup;
    drop(database);

    let database = open(Some(folder.path())).await;
    let setup = Setup { pipe, database, folder };
    setup.put(&["5"]);
    let recorder = Recorder::default();
    setup.run(&recorder, 3).await;
    let mut ids = recorder.ids();
    // Batches of different items run in parallel.
    ids.sort();
    assert_eq!(ids, ["3", "4", "5"]);
}

#[tokio::test]
async fn start_all_deletes_the_checkpoints_of_other_pipes() {
    let setup = Setup::new().await;
    let mut other = setup.pipe.clone();
    other.config.name = "other".to_owned();
    for pipes in [vec![setup.pipe.clone(), other], vec![setup.pipe.clone()]] {
        // Stopped, not dropped: a dropped pipe may still write a checkpoint.
        for pipe in start_all(pipes, &setup.database, &Recorder::default()).await.unwrap() {
            pipe.stop().await;
        }
    }
    assert!(setup.database.checkpoint("orders", "orders").await.unwrap().is_some());
    assert!(setup.database.checkpoint("other", "orders").await.unwrap().is_none());
}

/// More than twice the number of records that the database keeps after they are read.
const BURST: usize = 25_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_is_delivered_completely_and_trimmed_afterwards() {
    let mut setup = Setup::new().await;
    setup.pipe.config.batch = 1_000;
    let recorder = Recorder::default();
    setup.start(&recorder).await.stop().await;
    let item = |number: usize| json!({"id": {"S": number.to_string()}, "note": {"S": "x".repeat(100)}});
    setup.database.put_many("orders", (0..BURST).map(item));
    setup.run(&recorder, BURST as u64).await;
    let ids: BTreeSet<_> = recorder.ids().into_iter().collect();
    assert_eq!(ids.len(), BURST);

    setup.database.put_many("orders", (BURST..BURST + 2_000).map(item));
    let kept = setup.database.count_stream_records("orders").await;
    assert!(kept < BURST / 2, "{kept}");
}
