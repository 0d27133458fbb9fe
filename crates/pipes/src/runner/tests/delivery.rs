use serde_json::json;

use super::script::{Script, ids};
use super::*;

#[tokio::test]
async fn the_target_receives_the_response_of_the_enrichment() {
    let setup = Setup::new();
    setup.put(&["1", "2"]);
    let script = Script::new().enrich(|_, records| Ok(json!([{"ids": ids(records)}])));
    let status = setup.run(&script, delivered(2)).await;
    assert_eq!(script.enriched(), [["1", "2"]]);
    assert_eq!(script.target_payloads(), [[json!({"ids": ["1", "2"]})]]);
    assert_eq!((status.read, status.batches, status.retried), (2, 1, 0));
    assert!(status.lag.unwrap() < Duration::from_secs(60));
}

fn filter(pattern: Value) -> Filter {
    Filter::new(&[pattern]).unwrap()
}

#[tokio::test]
async fn filtered_records_need_no_invocation_and_are_read_once() {
    let mut setup = Setup::new();
    setup.config.filter = filter(json!({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "a"}]}}}}));
    setup.put(&["b1", "b2"]);
    let script = Script::new();
    let pipe = setup.start(&script).await;
    let status = until(&pipe, |status| status.filtered == 2).await;
    assert_eq!((status.batches, status.unfinished), (0, 0));
    let monitor = pipe.monitor();
    pipe.stop().await;
    let last: Vec<Value> = monitor.filtered().iter().map(|record| record.keys["id"]["S"].clone()).collect();
    assert_eq!((monitor.status().filtered, last), (2, vec![json!("b2"), json!("b1")]));
    setup.put(&["a1", "b3"]);
    let status = setup.run(&script, delivered(1)).await;
    assert_eq!((status.read, status.filtered), (2, 1));
    assert_eq!(script.enriched(), [["a1"]]);
}

#[tokio::test]
async fn an_empty_enrichment_response_skips_the_target() {
    for nothing in [json!([]), json!({}), json!("")] {
        let setup = Setup::new();
        setup.put(&["1"]);
        let script = Script::new().enrich(move |_, _| Ok(nothing.clone()));
        setup.run(&script, delivered(1)).await;
        assert_eq!(script.targeted().len(), 0);
    }
}

#[tokio::test]
async fn a_batch_waits_for_its_window_unless_it_is_full() {
    let mut setup = Setup::new();
    (setup.config.batch, setup.config.window) = (3, Duration::from_secs(300));
    setup.put(&["1", "2", "3", "4", "5", "6", "7"]);
    let script = Script::new();
    let status = setup.run(&script, |status| status.delivered == 6).await;
    assert_eq!(status.unfinished, 1);
    assert_eq!(script.enriched(), [["1", "2", "3"], ["4", "5", "6"]]);
    setup.config.window = Duration::ZERO;
    setup.run(&script, delivered(1)).await;
    assert_eq!(script.enriched().concat().last().unwrap(), "7", "it was not lost with the window");
}

#[tokio::test]
async fn a_pipe_waits_for_a_stream_that_does_not_exist_yet() {
    let setup = Setup::new();
    setup.table.exists(false);
    let script = Script::new();
    let pipe = setup.start(&script).await;
    setup.table.exists(true);
    setup.put(&["1"]);
    until(&pipe, delivered(1)).await;
}
