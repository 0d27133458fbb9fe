use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;
use tokio::sync::Notify;

use super::script::Script;
use super::*;
use crate::invoke::{Invoke, InvokeError};

/// A function that never answers.
#[derive(Clone)]
struct Hangs(Arc<Notify>);

impl Invoke for Hangs {
    async fn invoke(&self, _: &str, _: Bytes) -> Result<Bytes, InvokeError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_was_not_finished_comes_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(Some(folder.path())).await;
    let setting = Setting { pipe: pipe(folder.path()), database, folder };
    setting.put(&["1", "2"]);
    setting.run(&Script::new(), delivered(2)).await;
    setting.put(&["3", "4"]);
    let called = Arc::new(Notify::new());
    let hung = setting.pipe.clone().start(setting.database.clone(), Hangs(called.clone()));
    let hung = hung.await.unwrap();
    called.notified().await;
    drop(hung);
    let Setting { folder, pipe, database } = setting;
    drop(database);

    let database = open(Some(folder.path())).await;
    let setting = Setting { pipe, database, folder };
    setting.put(&["5"]);
    let script = Script::new();
    setting.run(&script, delivered(3)).await;
    assert_eq!(script.enriched().concat(), ["3", "4", "5"]);
}

#[tokio::test]
async fn a_pipe_stops_soon_though_a_function_hangs() {
    let setting = Setting::new().await;
    setting.put(&["1"]);
    let called = Arc::new(Notify::new());
    let pipe = setting.pipe.clone().start(setting.database.clone(), Hangs(called.clone())).await.unwrap();
    called.notified().await;
    timeout(GRACE * 5, pipe.stop()).await.unwrap();
    let script = Script::new();
    setting.run(&script, delivered(1)).await;
    assert_eq!(script.enriched(), [["1"]]);
}

#[tokio::test]
async fn a_pipe_that_is_not_started_keeps_no_place() {
    let setting = Setting::new().await;
    let mut other = setting.pipe.clone();
    other.settings.name = "other".to_owned();
    for pipes in [vec![setting.pipe.clone(), other], vec![setting.pipe.clone()]] {
        // Stopped, not dropped: what a dropped pipe is about to write may be written yet.
        for pipe in start_all(pipes, &setting.database, &Script::new()).await.unwrap() {
            pipe.stop().await;
        }
    }
    assert!(setting.database.checkpoint("orders", "orders").await.unwrap().is_some());
    assert!(setting.database.checkpoint("other", "orders").await.unwrap().is_none());
}

/// More than twice what is kept for onlookers.
const BURST: usize = 25_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_while_the_pipe_is_behind_loses_nothing_and_is_trimmed_afterwards() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.batch = 1_000;
    let script = Script::new().enrich(|_, records| Ok(json!([{"count": records.len()}])));
    setting.start(&script).await.stop().await;
    let item = |number: usize| json!({"id": {"S": number.to_string()}, "note": {"S": "x".repeat(100)}});
    setting.database.put_many("orders", (0..BURST).map(item));
    setting.run(&script, delivered(BURST as u64)).await;
    let ids: BTreeSet<_> = script.enriched().concat().into_iter().collect();
    assert_eq!(ids.len(), BURST);

    setting.database.put_many("orders", (BURST..BURST + 2_000).map(item));
    let kept = setting.database.count_stream_records("orders").await;
    assert!(kept < BURST / 2, "{kept}");
}
