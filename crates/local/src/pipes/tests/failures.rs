use serde_json::{Value, json};

use super::script::{Script, broken, crashed, failures, id, ids, throttled};
use super::*;

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
    setting.pipe.settings.batch = 1;
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
    setting.pipe.settings.retry.max_age = Some(Duration::ZERO);
    setting.put(&["1"]);
    let script = Script::new();
    setting.run(&script, dead(1)).await;
    assert_eq!(script.enriched().len(), 0);
    assert_eq!(setting.dead_letters()[0]["context"]["condition"], "RecordAgeExceeded");
}

#[tokio::test]
async fn bisection_finds_the_one_record_that_fails() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.retry.bisect = true;
    setting.put(&["1", "2", "3", "bad", "5", "6", "7"]);
    let script = Script::new().enrich(|_, records| {
        if ids(records).contains(&"bad".into()) { broken() } else { Ok(records.into()) }
    });
    setting.run(&script, |status| status.delivered == 6 && status.dead_lettered == 1).await;
    assert_eq!(script.targeted().concat(), ["1", "2", "3", "5", "6", "7"]);
    assert_eq!(setting.dead_letters()[0]["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn with_bisection_a_partial_failure_is_not_halved() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.retry.bisect = true;
    setting.put(&["1", "2", "3", "4"]);
    let script = Script::new().target(|call, records| match call {
        0 => Ok(failures(records.iter().filter(|record| id(record) == "2"))),
        1 => broken(),
        _ => Ok(Value::Null),
    });
    setting.run(&script, delivered(4)).await;
    assert_eq!(script.targeted(), [vec!["1", "2", "3", "4"], vec!["2", "3", "4"], vec!["2", "3"], vec!["4"]]);
}

#[tokio::test]
async fn having_no_room_for_a_call_does_not_count_as_an_attempt() {
    let mut setting = Setting::new().await;
    setting.pipe.settings.retry.retries = Some(1);
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
async fn nothing_is_given_up_while_the_dead_letter_cannot_be_written() {
    let mut setting = Setting::new().await;
    let folder = setting.folder.path().join("not-yet");
    setting.pipe.dead_letters = folder.join("dead-letters.jsonl");
    setting.pipe.settings.retry.retries = Some(0);
    setting.put(&["1"]);
    let script = Script::new().enrich(|_, _| broken());
    let pipe = setting.start(&script).await;
    let status = until(&pipe, |status| status.batches == 1).await;
    assert_eq!((status.dead_lettered, status.unfinished), (0, 1));
    std::fs::create_dir(&folder).unwrap();
    until(&pipe, dead(1)).await;
    assert_eq!(setting.dead_letters().len(), 1);
}
