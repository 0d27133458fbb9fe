mod streams;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tablecast_definitions::definition::StartingPosition::{self, Latest, TrimHorizon};
use tablecast_event_patterns::filter::Filter;

use super::*;
use crate::arn::Arn;
use crate::config::{PipeConfig, RetryPolicy};
use crate::runner::tests::script::{Script, broken};
use crate::runner::tests::{delivered, until};
use streams::Streams;

fn spec(start: StartingPosition) -> PipeSpec {
    let config = PipeConfig {
        name: "solo".to_owned(),
        filter: Filter::default(),
        batch: 1,
        window: Duration::ZERO,
        parallel: 1,
        retry: RetryPolicy { retries: None, max_age: None, bisect: false },
        enrichment: Some("enrich".to_owned()),
        target: "arn:aws:lambda:us-east-1:000000000000:function:dispatch".to_owned(),
    };
    let source = Arn::parse("arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1").unwrap();
    let role = "arn:aws:iam::000000000000:role/pipe".to_owned();
    PipeSpec { config, source, start, role, dead_letters: None }
}

/// A stream, and the checkpoints of a pipe in it.
struct Setup {
    streams: Streams,
    config: SdkConfig,
    checkpoints: Arc<Checkpoints>,
    script: Script,
}

impl Setup {
    async fn new(streams: Streams) -> Self {
        let config = streams.serve().await;
        Self { streams, config, checkpoints: Arc::default(), script: Script::new() }
    }

    async fn start(&self, start: StartingPosition) -> Pipe {
        self.start_with(spec(start)).await
    }

    async fn start_with(&self, spec: PipeSpec) -> Pipe {
        let stream = TableStream::new(&self.config, &spec, self.checkpoints.clone());
        Pipe::start(spec.config, stream, self.script.clone(), Arc::new(Discard)).await.unwrap()
    }

    fn received(&self) -> Vec<String> {
        self.script.targeted().concat()
    }
}

#[tokio::test]
async fn a_child_shard_is_read_after_its_parent_is_delivered() {
    let streams = Streams::default();
    streams.open("c-child", Some("b-parent"), &["4", "5"]);
    streams.open("a-child", Some("b-parent"), &["6"]);
    streams.open("b-parent", Some("trimmed away"), &["1", "2", "3"]);
    streams.close("b-parent");
    let mut setup = Setup::new(streams).await;
    setup.script = Script::new().enrich(|call, records| if call < 3 { broken() } else { Ok(records.into()) });
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(6)).await;
    let received = setup.received();
    assert_eq!(received[..3], ["1", "2", "3"]);
    let from_one_child: Vec<_> = received[3..].iter().filter(|id| *id != "6").collect();
    assert_eq!(from_one_child, ["4", "5"]);
}

#[tokio::test]
async fn records_of_a_closed_shard_do_not_wait_for_the_batch_window() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    streams.close("shard");
    let setup = Setup::new(streams).await;
    let mut spec = spec(TrimHorizon);
    (spec.config.batch, spec.config.window) = (100, Duration::from_secs(300));
    let pipe = setup.start_with(spec).await;
    until(&pipe, delivered(1)).await;
}

#[tokio::test]
async fn an_expired_iterator_is_replaced_without_loss() {
    let streams = Streams::default();
    streams.open("shard", None, &["1", "2", "3"]);
    let setup = Setup::new(streams).await;
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(3)).await;
    setup.streams.expire_all_iterators();
    setup.streams.put("shard", "4");
    until(&pipe, delivered(4)).await;
    assert!(setup.streams.expired() > 0, "no iterator expired");
    assert_eq!(setup.received(), ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn trimmed_records_are_lost_and_the_others_arrive() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    let setup = Setup::new(streams).await;
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    ["2", "3"].into_iter().for_each(|id| setup.streams.put("shard", id));
    setup.streams.trim("shard", 2);
    setup.streams.expire_all_iterators();
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setup.received(), ["1", "3"]);
}

#[tokio::test]
async fn an_iterator_before_trimmed_records_continues_with_the_oldest() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    let setup = Setup::new(streams).await;
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    ["2", "3"].into_iter().for_each(|id| setup.streams.put("shard", id));
    setup.streams.trim("shard", 2);
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setup.received(), ["1", "3"]);
}

#[tokio::test]
async fn the_children_of_a_removed_shard_are_read() {
    let streams = Streams::default();
    streams.open("parent", None, &["1"]);
    let setup = Setup::new(streams).await;
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    setup.streams.remove("parent");
    setup.streams.open("child", Some("parent"), &["2"]);
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setup.received(), ["1", "2"]);
}

#[tokio::test]
async fn latest_is_the_end_at_the_start_of_the_pipe_but_not_of_later_shards() {
    let streams = Streams::default();
    streams.open("parent", None, &["before"]);
    let setup = Setup::new(streams).await;
    let pipe = setup.start(Latest).await;
    setup.streams.put("parent", "1");
    setup.streams.open("child", Some("parent"), &["2"]);
    setup.streams.close("parent");
    until(&pipe, delivered(2)).await;
    assert_eq!(setup.received(), ["1", "2"]);
}

#[tokio::test]
async fn latest_does_not_move_while_the_pipe_is_stopped() {
    let streams = Streams::default();
    streams.open("shard", None, &["before"]);
    let setup = Setup::new(streams).await;
    setup.start(Latest).await.stop().await;
    setup.streams.put("shard", "meanwhile");
    let pipe = setup.start(Latest).await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setup.received(), ["meanwhile"]);
}

#[tokio::test]
async fn undelivered_records_are_delivered_after_a_restart() {
    let streams = Streams::default();
    streams.open("shard", None, &["1", "2", "3"]);
    let mut setup = Setup::new(streams).await;
    setup.script = Script::new().target(|call, _| if call == 1 { broken() } else { Ok(Value::Null) });
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, |status| status.batches >= 2).await;
    pipe.stop().await;
    let pipe = setup.start(TrimHorizon).await;
    until(&pipe, |status| status.unfinished == 0 && status.delivered > 0).await;
    let mut received = setup.received();
    received.dedup();
    assert_eq!(received, ["1", "2", "3"]);
}

#[tokio::test]
async fn an_unreachable_stream_prevents_the_start_of_a_pipe() {
    let setup = Setup::new(Streams::default()).await;
    let own = setup.config.clone().into_builder().endpoint_url("http://127.0.0.1:1").build();
    let pipes = AwsPipes { own, assume_roles: false };
    let reason = pipes.start(spec(Latest), Arc::default()).await.err().unwrap();
    assert!(reason.starts_with("pipe solo: tcp connect error: "), "{reason}");
}
