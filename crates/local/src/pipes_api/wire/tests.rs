mod streams;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;
use crate::pipes::Status;
use crate::pipes::tests::script::{Script, broken};
use crate::pipes_api::definition::Definition;
use streams::Streams;

fn plan(start: &str) -> Plan {
    let body = json!({
        "Source": "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1",
        "Enrichment": "arn:aws:lambda:us-east-1:000000000000:function:enrich",
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:dispatch",
        "RoleArn": "arn:aws:iam::000000000000:role/pipe",
        "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": start, "BatchSize": 1}},
    });
    let mut plan = Plan::of("solo", &Definition::new(body.as_object().unwrap())).unwrap();
    plan.settings.enrichment = Some("enrich".to_owned());
    plan
}

/// A stream, and how far a pipe has come with it.
struct Setting {
    streams: Streams,
    config: SdkConfig,
    marks: Arc<Marks>,
    script: Script,
}

impl Setting {
    async fn new(streams: Streams) -> Self {
        let config = streams.serve().await;
        Self { streams, config, marks: Arc::default(), script: Script::new() }
    }

    async fn start(&self, start: &str) -> Pipe {
        let plan = plan(start);
        let stream = TableStream::new(&self.config, &plan, self.marks.clone());
        Pipe::start(plan.settings, stream, self.script.clone(), Arc::new(Nowhere)).await.unwrap()
    }

    fn seen(&self) -> Vec<String> {
        self.script.targeted().concat()
    }
}

async fn until(pipe: &Pipe, wanted: impl Fn(&Status) -> bool) {
    let mut status = pipe.watch();
    let reached = timeout(Duration::from_secs(60), status.wait_for(|status| wanted(status))).await;
    reached.unwrap_or_else(|_| panic!("stuck at {:?}", pipe.status())).unwrap();
}

fn delivered(count: u64) -> impl Fn(&Status) -> bool {
    move |status| status.delivered == count && status.unfinished == 0
}

#[tokio::test]
async fn a_shard_is_read_when_all_of_its_parent_is_delivered() {
    let streams = Streams::default();
    streams.open("c-child", Some("b-parent"), &["4", "5"]);
    streams.open("a-child", Some("b-parent"), &["6"]);
    streams.open("b-parent", Some("trimmed away"), &["1", "2", "3"]);
    streams.close("b-parent");
    let mut setting = Setting::new(streams).await;
    setting.script =
        Script::new().enrich(|call, records| if call < 3 { broken() } else { Ok(records.into()) });
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(6)).await;
    let seen = setting.seen();
    assert_eq!(seen[..3], ["1", "2", "3"]);
    let of_one_child: Vec<_> = seen[3..].iter().filter(|id| *id != "6").collect();
    assert_eq!(of_one_child, ["4", "5"]);
}

#[tokio::test]
async fn records_of_a_closed_shard_do_not_wait_for_their_window() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    streams.close("shard");
    let setting = Setting::new(streams).await;
    let mut plan = plan("TRIM_HORIZON");
    (plan.settings.batch, plan.settings.window) = (100, Duration::from_secs(300));
    let stream = TableStream::new(&setting.config, &plan, setting.marks.clone());
    let pipe = Pipe::start(plan.settings, stream, setting.script.clone(), Arc::new(Nowhere)).await.unwrap();
    until(&pipe, delivered(1)).await;
}

#[tokio::test]
async fn an_expired_iterator_costs_nothing() {
    let streams = Streams::default();
    streams.open("shard", None, &["1", "2", "3"]);
    let setting = Setting::new(streams).await;
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(3)).await;
    setting.streams.expire_all_iterators();
    setting.streams.put("shard", "4");
    until(&pipe, delivered(4)).await;
    assert!(setting.streams.expired() > 0, "the fault fired");
    assert_eq!(setting.seen(), ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn what_was_trimmed_is_lost_and_the_rest_arrives() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    let setting = Setting::new(streams).await;
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    ["2", "3"].into_iter().for_each(|id| setting.streams.put("shard", id));
    setting.streams.trim("shard", 2);
    setting.streams.expire_all_iterators();
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setting.seen(), ["1", "3"]);
}

#[tokio::test]
async fn an_iterator_that_points_to_trimmed_records_goes_on_with_the_oldest() {
    let streams = Streams::default();
    streams.open("shard", None, &["1"]);
    let setting = Setting::new(streams).await;
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    ["2", "3"].into_iter().for_each(|id| setting.streams.put("shard", id));
    setting.streams.trim("shard", 2);
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setting.seen(), ["1", "3"]);
}

#[tokio::test]
async fn a_shard_that_is_gone_keeps_its_children_waiting_no_longer() {
    let streams = Streams::default();
    streams.open("parent", None, &["1"]);
    let setting = Setting::new(streams).await;
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    pipe.stop().await;
    setting.streams.remove("parent");
    setting.streams.open("child", Some("parent"), &["2"]);
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setting.seen(), ["1", "2"]);
}

#[tokio::test]
async fn latest_is_the_end_when_the_pipe_starts_and_not_that_of_a_later_shard() {
    let streams = Streams::default();
    streams.open("parent", None, &["before"]);
    let setting = Setting::new(streams).await;
    let pipe = setting.start("LATEST").await;
    setting.streams.put("parent", "1");
    setting.streams.open("child", Some("parent"), &["2"]);
    setting.streams.close("parent");
    until(&pipe, delivered(2)).await;
    assert_eq!(setting.seen(), ["1", "2"]);
}

#[tokio::test]
async fn latest_stays_where_it_was_while_the_pipe_is_stopped() {
    let streams = Streams::default();
    streams.open("shard", None, &["before"]);
    let setting = Setting::new(streams).await;
    setting.start("LATEST").await.stop().await;
    setting.streams.put("shard", "meanwhile");
    let pipe = setting.start("LATEST").await;
    until(&pipe, delivered(1)).await;
    assert_eq!(setting.seen(), ["meanwhile"]);
}

#[tokio::test]
async fn what_was_not_delivered_when_the_pipe_was_stopped_comes_again() {
    let streams = Streams::default();
    streams.open("shard", None, &["1", "2", "3"]);
    let mut setting = Setting::new(streams).await;
    setting.script = Script::new().target(|call, _| if call == 1 { broken() } else { Ok(Value::Null) });
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, |status| status.batches >= 2).await;
    pipe.stop().await;
    let pipe = setting.start("TRIM_HORIZON").await;
    until(&pipe, |status| status.unfinished == 0 && status.delivered > 0).await;
    let mut seen = setting.seen();
    seen.dedup();
    assert_eq!(seen, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_stream_that_does_not_answer_keeps_a_pipe_from_starting() {
    let setting = Setting::new(Streams::default()).await;
    let nobody = setting.config.clone().into_builder().endpoint_url("http://127.0.0.1:1").build();
    let wire = Wire { own: nobody, assume_roles: false };
    let reason = wire.start(plan("LATEST"), Arc::default()).await.err().unwrap();
    assert!(reason.starts_with("pipe solo: dispatch failure"), "{reason}");
}
