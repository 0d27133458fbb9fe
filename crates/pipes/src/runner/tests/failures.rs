use serde_json::{Value, json};

use super::script::{Script, broken, crashed, failures, id, ids, throttled};
use super::*;

#[tokio::test]
async fn a_failed_enrichment_receives_the_whole_batch_again() {
    let setup = Setup::new();
    setup.put(&["1", "2"]);
    let script = Script::new().enrich(|call, records| if call == 0 { broken() } else { Ok(records.into()) });
    let status = setup.run(&script, delivered(2)).await;
    assert_eq!(script.enriched(), [["1", "2"], ["1", "2"]]);
    assert_eq!(script.targeted(), [["1", "2"]]);
    assert_eq!((status.batches, status.retried), (2, 1));
}

#[tokio::test]
async fn a_retry_repeats_enrichment_and_target() {
    let setup = Setup::new();
    setup.put(&["1"]);
    let script = Script::new().target(|call, _| if call == 0 { broken() } else { Ok(Value::Null) });
    setup.run(&script, delivered(1)).await;
    assert_eq!((script.enriched().len(), script.targeted().len()), (2, 2));
}

#[tokio::test]
async fn after_a_partial_failure_records_from_the_failed_one_on_are_retried() {
    let setup = Setup::new();
    setup.put(&["1", "2", "3"]);
    let fails_once =
        |call, records: &[Value]| Ok(failures(records.iter().filter(|r| call == 0 && id(r) == "2")));
    let script = Script::new().target(fails_once);
    setup.run(&script, delivered(3)).await;
    assert_eq!(script.targeted(), [vec!["1", "2", "3"], vec!["2", "3"]]);
    assert_eq!(script.enriched(), script.targeted());
}

#[tokio::test]
async fn an_unknown_record_in_the_response_fails_the_whole_batch() {
    let setup = Setup::new();
    setup.put(&["1", "2"]);
    let unknown = json!({"batchItemFailures": [{"itemIdentifier": "unknown"}]});
    let script =
        Script::new().target(move |call, _| Ok(if call == 0 { unknown.clone() } else { Value::Null }));
    setup.run(&script, delivered(2)).await;
    assert_eq!(script.targeted(), [["1", "2"], ["1", "2"]]);
}

#[tokio::test]
async fn a_batch_that_always_fails_is_dead_lettered_and_the_pipe_continues() {
    let mut setup = Setup::new();
    setup.config.batch = 1;
    setup.put(&["bad", "good"]);
    let script =
        Script::new().target(|_, records| if id(&records[0]) == "bad" { crashed() } else { Ok(json!({})) });
    let status = setup.run(&script, delivered(1)).await;
    assert_eq!(status.dead_lettered, 1);
    assert_eq!(script.targeted(), [["bad"], ["bad"], ["bad"], ["good"]], "one attempt and two retries");
    let letters = setup.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["context"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(letters[0]["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn a_record_that_is_too_old_is_dead_lettered_without_an_invocation() {
    let mut setup = Setup::new();
    setup.config.retry.max_age = Some(Duration::ZERO);
    setup.put(&["1"]);
    let script = Script::new();
    setup.run(&script, dead_lettered(1)).await;
    assert_eq!(script.enriched().len(), 0);
    assert_eq!(setup.dead_letters()[0]["context"]["condition"], "RecordAgeExceeded");
}

#[tokio::test]
async fn bisection_isolates_the_failing_record() {
    let mut setup = Setup::new();
    setup.config.retry.bisect = true;
    setup.put(&["1", "2", "3", "bad", "5", "6", "7"]);
    let script = Script::new().enrich(|_, records| {
        if ids(records).contains(&"bad".into()) { broken() } else { Ok(records.into()) }
    });
    setup.run(&script, |status| status.delivered == 6 && status.dead_lettered == 1).await;
    assert_eq!(script.targeted().concat(), ["1", "2", "3", "5", "6", "7"]);
    assert_eq!(setup.dead_letters()[0]["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn bisection_does_not_halve_after_a_partial_failure() {
    let mut setup = Setup::new();
    setup.config.retry.bisect = true;
    setup.put(&["1", "2", "3", "4"]);
    let script = Script::new().target(|call, records| match call {
        0 => Ok(failures(records.iter().filter(|record| id(record) == "2"))),
        1 => broken(),
        _ => Ok(Value::Null),
    });
    setup.run(&script, delivered(4)).await;
    assert_eq!(script.targeted(), [vec!["1", "2", "3", "4"], vec!["2", "3", "4"], vec!["2", "3"], vec!["4"]]);
}

#[tokio::test]
async fn throttling_does_not_count_as_a_retry() {
    let mut setup = Setup::new();
    setup.config.retry.retries = Some(1);
    setup.put(&["1"]);
    let script = Script::new().enrich(|call, records| match call {
        0..3 => throttled(),
        3 => broken(),
        _ => Ok(records.into()),
    });
    let status = setup.run(&script, delivered(1)).await;
    assert_eq!((script.enriched().len(), status.dead_lettered), (5, 0));
}

#[tokio::test]
async fn records_stay_unfinished_until_the_dead_letter_is_stored() {
    let mut setup = Setup::new();
    setup.letters.set_full(true);
    setup.config.retry.retries = Some(0);
    setup.put(&["1"]);
    let script = Script::new().enrich(|_, _| broken());
    let pipe = setup.start(&script).await;
    setup.letters.wait_for_refusal().await;
    let status = pipe.status();
    assert_eq!((status.dead_lettered, status.unfinished), (0, 1));
    setup.letters.set_full(false);
    until(&pipe, dead_lettered(1)).await;
    assert_eq!(setup.dead_letters().len(), 1);
}
