//! Crash points and failures, with functions that the test controls and DynamoDB in this process.

mod functions;
mod setup;

use serde_json::json;
use tablecast_stand_in::Fault;

use crate::report::Outcome;
use crate::selection::Selection;
use functions::{Fake, Step};
use setup::{Setup, record};

fn ids(lines: &[(String, Outcome)], outcome: Outcome) -> Vec<&str> {
    lines.iter().filter(|(_, one)| *one == outcome).map(|(id, _)| id.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn rejected_records_are_redriven_in_the_order_of_their_changes() {
    let setup = Setup::new(&[record("c", "a", 3), record("a", "a", 100), record("b", "b", 20)]).await;
    let (summary, lines) = setup.run(Fake::default(), Selection::default()).await.unwrap();
    assert_eq!(ids(&lines, Outcome::Redriven), ["c", "b", "a"]);
    assert_eq!((summary.redriven, summary.events, summary.has_rest()), (3, 3, false));
    assert!(setup.rejected().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_show_changes_nothing_and_delivers_nothing() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "b", 2)]).await;
    let fake = Fake::rejecting("b", "still wrong");
    let (summary, lines) = setup.show(fake.clone()).await.unwrap();
    assert_eq!((ids(&lines, Outcome::Redrivable), ids(&lines, Outcome::Rejected)), (vec!["a"], vec!["b"]));
    assert!(summary.has_rest() && fake.delivered().is_empty());
    assert_eq!(setup.rejected().len(), 2);
    assert!(setup.rejected().iter().all(|(_, reason)| reason == "wrong"));
}

#[tokio::test(start_paused = true)]
async fn what_still_fails_stays_once_with_the_new_reason() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "b", 2)]).await;
    let fake = Fake::rejecting("b", "still wrong");
    let (summary, _) = setup.run(fake.clone(), Selection::default()).await.unwrap();
    assert_eq!((summary.redriven, summary.rejected, summary.has_rest()), (1, 1, true));
    assert_eq!(setup.rejected(), [("b".to_owned(), "still wrong".to_owned())]);
    assert_eq!(fake.delivered(), ["a"], "dispatch would store the rejected record again");
}

/// The requests of a run, each of which can be the last one.
const CRASHES: [Step; 5] = [Step::Enrich, Step::Enriched, Step::Dispatch, Step::Dispatched, Step::Table];

#[tokio::test(start_paused = true)]
async fn a_run_that_is_killed_anywhere_continues_without_a_loss() {
    for step in CRASHES {
        for nth in 0..4 {
            let all = [record("a", "a", 1), record("b", "a", 2), record("c", "b", 3), record("d", "b", 4)];
            let setup = Setup::new(&all).await;
            let fake = Fake::default();
            setup.crash(&fake, step, nth).await;
            let (summary, _) = setup.run(fake.clone(), Selection::default()).await.unwrap();
            assert!(!summary.has_rest(), "{step:?} {nth}: {summary:?}");
            assert!(setup.rejected().is_empty());
            let mut delivered = fake.delivered();
            for item in [["a", "b"], ["c", "d"]] {
                let of_item: Vec<_> = delivered.iter().filter(|id| item.contains(&id.as_str())).collect();
                assert!(of_item.windows(2).any(|pair| pair == item), "{step:?} {nth}: {of_item:?}");
                assert_eq!(of_item.last().unwrap().as_str(), item[1], "{step:?} {nth}");
            }
            delivered.sort();
            delivered.dedup();
            assert_eq!(delivered, ["a", "b", "c", "d"], "{step:?} {nth}: nothing is lost");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn later_changes_of_an_item_wait_for_one_that_dispatch_cannot_deliver() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "b", 2), record("c", "a", 3)]).await;
    let fake = Fake::failing("a");
    let (summary, lines) = setup.run(fake.clone(), Selection::default()).await.unwrap();
    assert_eq!((summary.redriven, summary.failed, summary.waits), (1, 1, 1), "{lines:?}");
    let left: Vec<_> = setup.rejected().into_iter().map(|(id, _)| id).collect();
    assert_eq!((left, fake.delivered()), (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn later_changes_of_an_item_in_the_same_batch_stay_behind_one_that_failed() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "a", 2)]).await;
    let (summary, _) = setup.run(Fake::failing("a"), Selection::default()).await.unwrap();
    assert_eq!((summary.redriven, summary.failed), (0, 2));
    let left: Vec<_> = setup.rejected().into_iter().map(|(id, _)| id).collect();
    assert_eq!(left, ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_fails_for_a_while_is_called_again() {
    let setup = Setup::new(&[record("a", "a", 1)]).await;
    let (summary, _) = setup.run(Fake::crashing(3), Selection::default()).await.unwrap();
    assert_eq!(summary.redriven, 1);
    let setup = Setup::new(&[record("a", "a", 1)]).await;
    let error = setup.run(Fake::crashing(4), Selection::default()).await.unwrap_err();
    assert!(error.to_string().contains("run the same command again"), "{error}");
    assert_eq!(setup.rejected().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_enrich_cannot_respond_to_as_a_whole_is_halved() {
    let all = ["a", "b", "c", "d", "e"].map(|id| record(id, "x", 1 + u64::from(id.as_bytes()[0])));
    let setup = Setup::new(&all).await;
    let (summary, _) = setup.show(Fake::enriching_at_most(1)).await.unwrap();
    assert_eq!((summary.redrivable, summary.records), (5, 5));
    let fake = Fake::enriching_at_most(1);
    let (summary, _) = setup.run(fake.clone(), Selection::default()).await.unwrap();
    assert_eq!((summary.redriven, summary.has_rest()), (5, false));
    assert_eq!(fake.delivered(), ["a", "b", "c", "d", "e"]);
    assert!(setup.rejected().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_rejected_again_meanwhile_is_kept() {
    let setup = Setup::new(&[record("a", "a", 1)]).await;
    let fake = Fake::default();
    let again = setup.reject_at_dispatch(&fake);
    let (summary, lines) = setup.run(fake, Selection::default()).await.unwrap();
    again.await.unwrap();
    assert_eq!((ids(&lines, Outcome::Changed), summary.has_rest()), (vec!["a"], true));
    assert_eq!(setup.rejected(), [("a".to_owned(), "later".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_rejected_meanwhile_is_not_reported_as_delivered() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "b", 2)]).await;
    let fake = Fake::rejecting("a", "still wrong");
    let again = setup.reject_at_dispatch(&fake);
    let (_, lines) = setup.run(fake, Selection::default()).await.unwrap();
    again.await.unwrap();
    assert_eq!((ids(&lines, Outcome::Rejected), ids(&lines, Outcome::Redriven)), (vec!["a"], vec!["b"]));
    assert_eq!(setup.rejected(), [("a".to_owned(), "later".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn all_parts_of_a_large_record_leave_or_get_the_new_reason() {
    let setup = Setup::new(&[]).await;
    setup.add_large(&record("a", "a", 1));
    setup.run(Fake::rejecting("a", "still wrong"), Selection::default()).await.unwrap();
    let parts = ["a#0001", "a#0002"].map(|part| (part.to_owned(), "still wrong".to_owned()));
    assert_eq!(setup.rejected(), parts);
    let (summary, _) = setup.run(Fake::default(), Selection::default()).await.unwrap();
    assert_eq!((summary.redriven, setup.rejected().len()), (1, 0));
    setup.add_large(&record("a", "a", 1));
    setup.remove("a#0002");
    let (summary, _) = setup.run(Fake::default(), Selection::default()).await.unwrap();
    assert_eq!((summary.unreadable, summary.has_rest(), setup.rejected().len()), (1, true, 1));
}

#[tokio::test(start_paused = true)]
async fn only_selected_records_are_redriven() {
    let setup = Setup::new(&[record("a", "a", 1), record("b", "b", 2)]).await;
    let selection =
        Selection { ids: vec!["b".to_owned()], pipes: vec!["orders".to_owned()], ..Selection::default() };
    let fake = Fake::default();
    setup.run(fake.clone(), selection).await.unwrap();
    assert_eq!((fake.delivered(), setup.rejected().len()), (vec!["b".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn a_response_that_does_not_fit_the_batch_is_no_success() {
    let setup = Setup::new(&[record("a", "a", 1)]).await;
    for response in ["", "null", "{}", "[]", r#"{"batchItemFailures":[{"itemIdentifier":"z"}]}"#] {
        let fake = Fake::responding(response);
        assert!(setup.run(fake, Selection::default()).await.is_err(), "{response}");
        assert_eq!(setup.rejected().len(), 1, "{response}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_was_deleted_only_if_the_response_proves_it() {
    let setup = Setup::new(&[]).await;
    let (summary, lines) = setup.rebuild(Fake::default()).await.unwrap();
    assert_eq!((summary.failed, lines.len()), (1, 0), "there is no item");
    setup.stand_in.plan("orders GetItem", [Fault::Response(json!({}))]);
    let error = setup.rebuild(Fake::default()).await.unwrap_err().to_string();
    assert!(error.contains("ConsumedCapacity") && error.contains("run the same command again"), "{error}");
    setup.stand_in.import("orders", vec![json!({ "pk": { "S": "acme" }, "sk": { "S": "1001" } })]);
    let (_, lines) = setup.rebuild(Fake::default()).await.unwrap();
    assert_eq!(lines[0].1, Outcome::Redriven);
}
