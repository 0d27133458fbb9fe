//! `tablecast redrive` against a server that stands for AWS. tests/tests/operate/redrive/ uses real functions.
#![allow(clippy::unwrap_used)]

mod aws;

use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;

use aws::{Aws, FAILING_SHARD, STREAM, change, element, sequence};

/// Runs the program in an empty folder. Returns its exit code, its lines and stderr.
async fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.arg("redrive").args(arguments).current_dir(folder.path()).env_clear();
    command.env("AWS_EC2_METADATA_DISABLED", "true").envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

async fn of_deployment(aws: &Aws, arguments: &[&str]) -> (i32, Vec<Value>, String) {
    let address = aws.start().await;
    let environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "k"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_ENDPOINT_URL", address.as_str()),
    ];
    let all = [&["--deployment", "acme", "--format", "json"], arguments].concat();
    let (code, out, errors) = run(&all, &environment).await;
    (code, out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), errors)
}

#[tokio::test]
async fn a_dead_letter_of_a_deployment_goes_through_its_functions_and_is_deleted() {
    let aws = Aws::default();
    let (code, lines, errors) = of_deployment(&aws, &["--yes"]).await;
    assert_eq!(code, 0, "{errors}");
    let summary = &lines[1]["summary"];
    assert_eq!((&summary["redriven"], &summary["filtered"]), (&json!(1), &json!(1)), "{lines:?}");
    let mut record = change("INSERT", 1);
    record["eventSourceARN"] = STREAM.into();
    record["dynamodb"]["ApproximateCreationDateTime"] = json!(1795404516.0);
    assert_eq!(aws.bodies("/2015-03-31/functions/acme-enrich%3Alive/invocations"), [json!([record])]);
    assert_eq!(
        aws.bodies("/2015-03-31/functions/acme-dispatch%3Alive/invocations"),
        [json!([element(&"e1".into())])]
    );
    let deleted: Vec<_> = aws
        .bodies("DeleteMessageBatch")
        .iter()
        .map(|body| body["Entries"][0]["ReceiptHandle"].clone())
        .collect();
    assert_eq!(deleted, ["receipt-m1"], "the message of another pipe stays");
    let back = &aws.bodies("ChangeMessageVisibilityBatch")[0]["Entries"][0];
    assert_eq!((&back["ReceiptHandle"], &back["VisibilityTimeout"]), (&json!("receipt-m2"), &json!(0)));
}

#[tokio::test]
async fn dead_letters_with_adjacent_records_are_read_together() {
    let aws = Aws { letters: 9, ..Aws::default() };
    let (code, lines, errors) = of_deployment(&aws, &["--yes"]).await;
    let summary = &lines[9]["summary"];
    assert_eq!(
        (code, &summary["redriven"], &summary["lettersRemoved"]),
        (0, &json!(9), &json!(9)),
        "{errors}"
    );
    assert_eq!((aws.count("GetShardIterator"), aws.count("GetRecords")), (1, 1));
}

#[tokio::test]
async fn a_dead_letter_that_is_shown_goes_back_to_its_queue() {
    let aws = Aws::default();
    let (code, lines, errors) = of_deployment(&aws, &["--pipe", "orders"]).await;
    assert_eq!((code, &lines[0]["record"]["outcome"]), (0, &json!("redrivable")), "{errors}");
    assert_eq!((aws.count("DeleteMessageBatch"), aws.count("TransactWriteItems")), (0, 0));
    assert_eq!(aws.count("/2015-03-31/functions/acme-dispatch%3Alive/invocations"), 0);
    let back: Vec<_> =
        aws.bodies("ChangeMessageVisibilityBatch").iter().map(|body| body["Entries"][0].clone()).collect();
    assert_eq!(back.iter().map(|it| &it["ReceiptHandle"]).collect::<Vec<_>>(), ["receipt-m2", "receipt-m1"]);
    assert!(back.iter().all(|it| it["VisibilityTimeout"] == 0), "{back:?}");
}

#[tokio::test]
async fn a_dead_letter_whose_records_were_trimmed_is_lost_and_stays() {
    let aws = Aws { is_trimmed: true, ..Aws::default() };
    let (code, lines, errors) = of_deployment(&aws, &["--yes"]).await;
    let lost = &lines[0]["lost"];
    assert_eq!((code, &lost["letter"], &lost["found"]), (1, &json!("m1"), &json!(0)), "{errors}");
    assert_eq!(lost["lastSequence"], sequence(2));
    assert_eq!(aws.count("DeleteMessageBatch"), 0);
    let aws = Aws { is_trimmed: true, ..Aws::default() };
    let (code, lines, _) = of_deployment(&aws, &["--yes", "--discard-lost"]).await;
    assert_eq!((code, &lines[0]["lost"]["discarded"]), (0, &json!(true)), "{lines:?}");
    assert_eq!(aws.count("DeleteMessageBatch"), 1);
}

#[tokio::test]
async fn dead_letters_of_a_shard_that_fails_stay_and_the_others_are_redriven() {
    let aws = Aws { has_failing_shard: true, ..Aws::default() };
    let (code, lines, errors) = of_deployment(&aws, &["--yes", "--discard-lost"]).await;
    let unread = &lines[0]["unread"];
    assert_eq!((code, &unread["letter"], &unread["shard"]), (1, &json!("unread"), &json!(FAILING_SHARD)));
    assert!(unread["reason"].as_str().unwrap().contains("planned"), "{errors} {unread}");
    let summary = &lines[2]["summary"];
    let counts = ["redriven", "lettersRemoved", "lettersUnread"].map(|name| summary[name].clone());
    assert_eq!(counts, [json!(1), json!(1), json!(1)], "{summary}");
    assert_eq!(aws.bodies("DeleteMessageBatch")[0]["Entries"][0]["ReceiptHandle"], "receipt-m1");
    let back = aws.bodies("ChangeMessageVisibilityBatch");
    assert_eq!(back.last().unwrap()["Entries"][0]["ReceiptHandle"], "receipt-unread");
}

#[tokio::test]
async fn a_dead_letter_that_is_not_deleted_is_no_success() {
    let aws = Aws { keeps: true, ..Aws::default() };
    let (code, _, errors) = of_deployment(&aws, &["--yes"]).await;
    assert!(code == 2 && errors.contains("busy; nothing is lost: run the same command again"), "{errors}");
    let back = aws.bodies("ChangeMessageVisibilityBatch");
    assert_eq!(
        back.last().unwrap()["Entries"][0]["ReceiptHandle"],
        "receipt-m1",
        "others can have it at once"
    );
}

#[tokio::test]
async fn a_run_waits_for_dead_letters_of_a_run_that_was_killed() {
    let aws = Aws { is_held: true, ..Aws::default() };
    let (code, lines, errors) = of_deployment(&aws, &["--yes"]).await;
    assert_eq!((code, &lines[0]["record"]["outcome"]), (0, &json!("redriven")), "{errors}");
    assert!(errors.contains("1 dead letters of orders are with another reader"), "{errors}");
}

/// A consumer that stopped before the lost changes takes the events as news, and one that has later changes does not. So
/// their ids differ from those of a backfill.
#[tokio::test]
async fn an_item_is_rebuilt_with_the_last_sequence_number_of_its_dead_letter() {
    let mut ids = Vec::new();
    for (letter, expected) in [(vec!["--id", "m1"], sequence(2)), (vec![], "0".to_owned())] {
        let aws = Aws { is_trimmed: true, ..Aws::default() };
        let rebuild = ["--pipe", "orders", "--rebuild", r#"{"id":"1"}"#, "--yes"];
        let (code, lines, errors) = of_deployment(&aws, &[&rebuild, &letter[..]].concat()).await;
        assert_eq!((code, &lines[0]["record"]["operation"]), (0, &json!("READ")), "{errors}");
        let payload = &aws.bodies("/2015-03-31/functions/acme-enrich%3Alive/invocations")[0];
        assert_eq!(payload[0]["dynamodb"]["SequenceNumber"], expected);
        assert_eq!(payload[0]["eventSourceARN"], "arn:aws:dynamodb:::table/prod-orders");
        ids.push(payload[0]["eventID"].clone());
        assert_eq!((aws.count("DeleteMessageBatch"), aws.count("GetItem")), (0, 2));
    }
    assert_ne!(ids[0], ids[1]);
    let aws = Aws::default();
    let unknown = ["--pipe", "orders", "--rebuild", r#"{"id":"1"}"#, "--id", "m9"];
    let (code, _, error) = of_deployment(&aws, &unknown).await;
    assert!(code == 2 && error.contains("no dead letter m9"), "{error}");
}

#[tokio::test]
async fn without_a_local_mode_or_credentials_it_cannot_run() {
    let (code, out, error) = run(&["--port", "1"], &[]).await;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("start the local mode with `tablecast dev`"), "{error}");
    let (code, _, error) = run(&["--deployment", "acme"], &[("AWS_REGION", "eu-central-1")]).await;
    assert!(code == 2 && error.starts_with("error: no AWS credentials"), "{error}");
}

#[tokio::test]
async fn permissions_are_a_policy_for_the_deployment() {
    let (code, out, _) = run(&["--permissions", "--deployment", "acme"], &[]).await;
    let policy: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, policy["Version"].as_str()), (0, Some("2012-10-17")));
    for part in
        ["table/acme-rejected", "function:acme-dispatch:live", "sqs:DeleteMessage", "dynamodb:GetRecords"]
    {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[tokio::test]
async fn wrong_options_are_refused() {
    for (arguments, reason) in [
        (vec!["--discard-lost"], "--yes"),
        (vec!["--rebuild", r#"{"id":"1"}"#], "--pipe"),
        (vec!["--pipe", "orders", "--rebuild", "1001"], "write the key attributes as JSON"),
        (vec!["--rate", "0"], "0"),
        (vec!["--since", "yesterday"], "2026-11-23T09:00:00Z"),
    ] {
        let (code, _, error) = run(&arguments, &[]).await;
        assert!(code == 2 && error.contains(reason), "{arguments:?}: {error}");
    }
}
