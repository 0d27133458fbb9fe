mod delivery;
mod failures;
mod order;
mod restart;
pub(crate) mod script;

use std::path::Path;

use serde_json::{Value, json};
use tablecast_definitions::definition::{KeyType, Keys, StartingPosition};

use super::*;
use crate::database::Database;
use script::Script;

struct Setting {
    database: Database,
    pipe: EmbeddedPipe,
    folder: tempfile::TempDir,
}

impl Setting {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(None).await;
        Self { database, pipe: pipe(folder.path()), folder }
    }

    fn put(&self, ids: &[&str]) {
        self.database.put_many("orders", ids.iter().map(|id| json!({"id": {"S": id}})));
    }

    async fn start(&self, script: &Script) -> Pipe {
        self.pipe.clone().start(self.database.clone(), script.clone()).await.unwrap()
    }

    /// Runs the pipe until its status is as wanted, then stops it.
    async fn run(&self, script: &Script, wanted: impl Fn(&Status) -> bool) -> Status {
        let pipe = self.start(script).await;
        let status = until(&pipe, wanted).await;
        pipe.stop().await;
        status
    }

    fn dead_letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.pipe.dead_letters).unwrap_or_default();
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

fn pipe(folder: &Path) -> EmbeddedPipe {
    let settings = Settings {
        name: "orders".to_owned(),
        filter: Filter::default(),
        batch: 100,
        window: Duration::ZERO,
        parallel: 1,
        retry: RetryPolicy { retries: Some(2), max_age: Some(Duration::from_secs(3600)), bisect: false },
        enrichment: Some("enrich".to_owned()),
        target: "dispatch".to_owned(),
    };
    EmbeddedPipe {
        settings,
        table: "orders".to_owned(),
        start: StartingPosition::TrimHorizon,
        dead_letters: folder.join("dead-letters.jsonl"),
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
