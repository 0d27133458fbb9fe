mod delivery;
mod failures;
mod order;
mod restart;
pub(crate) mod script;
mod table;

use serde_json::{Value, json};

use super::*;
use crate::config::RetryPolicy;
use crate::{Filter, Status};
use script::Script;
use table::{Letters, Table};

/// A pipe with its table and its dead letters.
struct Setup {
    table: Table,
    config: PipeConfig,
    letters: Arc<Letters>,
}

impl Setup {
    fn new() -> Self {
        Self { table: Table::new(), config: config(), letters: Arc::default() }
    }

    fn put(&self, ids: &[&str]) {
        ids.iter().for_each(|id| self.table.put(json!({"id": {"S": id}})));
    }

    async fn start<I: Invoke>(&self, functions: &I) -> Pipe {
        let (config, table) = (self.config.clone(), self.table.clone());
        Pipe::start(config, table, functions.clone(), self.letters.clone()).await.unwrap()
    }

    /// Runs the pipe until its status is as expected, then stops it.
    async fn run(&self, script: &Script, is_expected: impl Fn(&Status) -> bool) -> Status {
        let pipe = self.start(script).await;
        let status = until(&pipe, is_expected).await;
        pipe.stop().await;
        status
    }

    fn dead_letters(&self) -> Vec<Value> {
        self.letters.stored()
    }
}

fn config() -> PipeConfig {
    PipeConfig {
        name: "orders".to_owned(),
        filter: Filter::default(),
        batch: 100,
        window: Duration::ZERO,
        parallel: 1,
        retry: RetryPolicy { retries: Some(2), max_age: Some(Duration::from_secs(3600)), bisect: false },
        enrichment: Some("enrich".to_owned()),
        target: "dispatch".to_owned(),
    }
}

pub(crate) async fn until(pipe: &Pipe, is_expected: impl Fn(&Status) -> bool) -> Status {
    let mut status = pipe.watch();
    let reached = timeout(Duration::from_secs(60), status.wait_for(|status| is_expected(status))).await;
    *reached.unwrap_or_else(|_| panic!("stuck at {:?}", pipe.status())).unwrap()
}

pub(crate) fn delivered(count: u64) -> impl Fn(&Status) -> bool {
    move |status| status.delivered == count && status.unfinished == 0
}

fn dead_lettered(count: u64) -> impl Fn(&Status) -> bool {
    move |status| status.dead_lettered == count && status.unfinished == 0
}
