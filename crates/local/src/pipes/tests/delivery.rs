use serde_json::json;
use tablecast_definitions::definition::StartingPosition;

use super::script::{Script, ids};
use super::*;

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

fn filter(pattern: Value) -> Filter {
    Filter::new(&[pattern]).unwrap()
}

#[tokio::test]
async fn what_the_filter_drops_costs_no_call_and_does_not_come_again() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.filter = filter(json!({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "a"}]}}}}));
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
async fn a_batch_waits_for_its_window_unless_it_is_full() {
    let mut setting = Setting::new().await;
    (setting.pipe.settings.batch, setting.pipe.settings.window) = (3, Duration::from_secs(300));
    setting.put(&["1", "2", "3", "4", "5", "6", "7"]);
    let script = Script::new();
    let status = setting.run(&script, |status| status.delivered == 6).await;
    assert_eq!(status.unfinished, 1);
    assert_eq!(script.enriched(), [["1", "2", "3"], ["4", "5", "6"]]);
    setting.pipe.settings.window = Duration::ZERO;
    setting.run(&script, delivered(1)).await;
    assert_eq!(script.enriched().concat().last().unwrap(), "7", "it was not lost with the window");
}

#[tokio::test]
async fn a_delete_by_ttl_can_be_told_from_any_other() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.filter =
        filter(json!({"userIdentity": {"principalId": ["dynamodb.amazonaws.com"]}}));
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
    setting.pipe.start = StartingPosition::Latest;
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
    setting.pipe.table = "later".to_owned();
    let script = Script::new();
    let pipe = setting.start(&script).await;
    setting.database.create_streamed_table("later", &keys()).await.unwrap();
    setting.database.put("later", json!({"id": {"S": "1"}}));
    until(&pipe, delivered(1)).await;
}
