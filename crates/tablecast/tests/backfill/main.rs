//! `tablecast backfill --deployment` against DynamoDB and EventBridge of this process, over the wire.
#![allow(clippy::unwrap_used)]

mod world;

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_stand_in::Fault;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use world::{PIPE, TIMEOUT, World, by_id, events, expected, items, subject, subjects};

#[tokio::test]
async fn every_item_becomes_one_event_that_is_marked_and_before_every_change() {
    let world = World::start(items(500)).await;
    let (code, printed, errors) = world.backfill(&["--replay", "first", "--rate", "100000"]).await;
    assert_eq!((code, printed.len(), subjects(&printed)), (0, 500, expected(500)), "{errors}");
    assert!(errors.contains("500 items read") && errors.contains("\"replayed\":\"first\""), "{errors}");
    let event = printed.iter().find(|event| event["subject"] == subject(8).as_str()).unwrap();
    assert_eq!((&event["type"], &event["replayed"]), (&json!("order.seen.v1"), &json!("first")));
    assert_eq!((&event["data"], &event["sequence"]), (&json!({ "total": 8 }), &json!("0".repeat(40))));
    assert_eq!(event["time"].as_str().unwrap().len(), "2026-11-23T09:00:00Z".len(), "whole seconds");
    let (_, again, _) = world.backfill(&["--segments", "1", "--rate", "100000"]).await;
    assert_eq!(by_id(&again), by_id(&printed), "a repeated backfill has the same ids");
}

#[tokio::test]
async fn items_that_cannot_become_events_are_named_and_hide_no_others() {
    let mut all = items(20);
    all[3]["total"] = json!({ "S": "three" });
    all[4].as_object_mut().unwrap().remove("total");
    all[5]["hidden"] = json!({ "BOOL": true });
    let world = World::start(all).await;
    let (code, _, errors) = world.backfill(&["--to-bus"]).await;
    let published = world.published();
    assert_eq!((code, published.len()), (1, 17), "{errors}");
    assert!([3, 4, 5].iter().all(|number| !subjects(&published).contains(&subject(*number))));
    assert!(published.iter().all(|event| event["replayed"].is_string()));
    let named = r#"rejected {"pk":{"S":"tenant-3"},"sk":{"S":"3"}}: order.seen.v1/total: "#;
    assert!(errors.contains(named) && errors.contains("\"4\"}}: events[0].data.total: "), "{errors}");
    assert!(errors.contains("17 events, 1 items filtered, 0 without a rule, 2 rejected"), "{errors}");
    assert!(errors.contains("2 items cannot become events") && !errors.contains("three"), "{errors}");
}

#[tokio::test]
async fn a_throttled_table_and_a_failed_request_are_retried() {
    let world = World::start(items(50)).await;
    let throttled = Fault::Error(400, "ProvisionedThroughputExceededException");
    world.stand_in.plan("orders Scan", [throttled.clone(), throttled, Fault::Status(500), Fault::None]);
    let (code, printed, errors) = world.backfill(&["--segments", "1"]).await;
    assert_eq!((code, subjects(&printed), printed.len()), (0, expected(50), 50), "{errors}");
}

#[tokio::test]
async fn a_backfill_that_fails_continues_with_its_checkpoint() {
    let world = World::start(items(300)).await;
    let refused = Fault::Error(400, "AccessDeniedException");
    // One page is read, and then none.
    world.stand_in.plan("orders Scan", [Fault::None]);
    world.stand_in.plan_always("orders Scan", Some(refused));
    let arguments =
        ["--checkpoint", "c.json", "--out", "events.jsonl", "--segments", "1", "--rate", "100000"];
    let (code, _, errors) = world.backfill(&arguments).await;
    assert_eq!(code, 1, "{errors}");
    assert!(
        errors.contains("AccessDenied") && errors.contains("to continue, run the same command"),
        "{errors}"
    );
    let first = events(&fs::read_to_string(world.path("events.jsonl")).unwrap());
    assert!(!first.is_empty() && first.len() < 300, "{}", first.len());
    world.stand_in.plan_always("orders Scan", None);
    let reads = world.stand_in.seen().calls.len();
    let (code, _, errors) = world.backfill(&arguments).await;
    let all = events(&fs::read_to_string(world.path("events.jsonl")).unwrap());
    assert_eq!((code, all.len(), subjects(&all)), (0, 300, expected(300)), "{errors}");
    assert!(errors.contains("continues after"), "{errors}");
    let replayed: BTreeSet<_> = all.iter().map(|event| event["replayed"].to_string()).collect();
    assert_eq!(replayed.len(), 1, "it keeps its mark");
    let seen = world.stand_in.seen();
    let continued = seen.calls[reads..].iter().filter(|(operation, _)| operation == "Scan");
    assert!(continued.clone().all(|(_, body)| body["ExclusiveStartKey"].is_object()), "reads nothing again");
    assert!(!world.path("c.json").exists(), "a finished backfill removes its checkpoint");
}

#[tokio::test]
async fn a_backfill_that_is_killed_at_any_time_loses_no_item_and_repeats_ids_only() {
    let world = World::start(items(600)).await;
    let arguments = ["--checkpoint", "c.json", "--to-bus", "--segments", "3", "--rate", "400"];
    world.stand_in.plan_always("PutEvents", Some(Fault::Slow(Duration::from_millis(5))));
    let mut kills = 0;
    loop {
        let mut child = world.start_backfill(&arguments);
        let before = world.published().len();
        let progressed = async {
            while world.published().len() < before + 40 {
                sleep(Duration::from_millis(2)).await;
            }
        };
        let ended = tokio::select! {
            status = child.wait() => Some(status.unwrap()),
            _ = timeout(TIMEOUT, progressed) => None,
        };
        if let Some(status) = ended {
            assert!(status.success());
            break;
        }
        child.kill().await.unwrap();
        kills += 1;
        if kills == 4 {
            world.stand_in.plan_always("PutEvents", None);
            assert_eq!(world.backfill(&arguments).await.0, 0);
            break;
        }
    }
    let published = world.published();
    assert!(kills > 0 && published.len() >= 600, "{kills} kills, {} events", published.len());
    assert_eq!((by_id(&published).len(), subjects(&published)), (600, expected(600)));
}

#[tokio::test]
async fn events_that_the_bus_refuses_are_published_when_the_backfill_continues() {
    let world = World::start(items(30)).await;
    world.stand_in.plan_always("PutEvents", Some(Fault::Status(500)));
    let arguments = ["--checkpoint", "c.json", "--to-bus"];
    let (code, _, errors) = world.backfill(&arguments).await;
    assert_eq!(code, 1);
    assert!(
        errors.contains("events are not on the bus") && errors.contains("run the same command"),
        "{errors}"
    );
    world.stand_in.plan_always("PutEvents", None);
    world.stand_in.seen().calls.clear();
    assert_eq!(world.backfill(&arguments).await.0, 0);
    assert_eq!(subjects(&world.published()), expected(30));
}

/// EventBridge accepts events for a bus that does not exist.
#[tokio::test]
async fn a_backfill_publishes_on_the_bus_of_the_deployment_and_only_if_it_exists() {
    let world = World::start(items(3)).await;
    world.stand_in.plan("DescribeEventBus", [Fault::Error(400, "ResourceNotFoundException")]);
    let (code, _, errors) = world.backfill(&["--to-bus"]).await;
    assert_eq!((code, world.published()), (1, Vec::new()), "{errors}");
    assert!(errors.contains("the bus company, on which acme publishes, does not exist"), "{errors}");
    let (code, _, errors) = world.backfill(&["--to-bus"]).await;
    let puts = world.stand_in.seen().puts().concat();
    assert_eq!((code, puts.len()), (0, 3), "{errors}");
    assert!(puts.iter().all(|entry| entry["EventBusName"] == "company"), "{puts:?}");
}

#[tokio::test]
async fn a_backfill_that_cannot_be_right_does_not_begin() {
    let world = World::start(items(3)).await;
    fs::write(world.path("old.jsonl"), "kept\n").unwrap();
    for (arguments, reason) in [
        (vec!["--out", "old.jsonl"], "cannot create"),
        (vec!["--out", "a", "--to-bus"], "cannot be used with"),
        (vec!["--rate", "0"], "--rate"),
        (vec!["--pipes", "none"], "--pipes"),
    ] {
        let (code, printed, errors) = world.backfill(&arguments).await;
        assert!(code != 0 && printed.is_empty() && errors.contains(reason), "{arguments:?}: {errors}");
    }
    assert_eq!(fs::read_to_string(world.path("old.jsonl")).unwrap(), "kept\n");
    world.write(
        "pipes/orders.yaml",
        &PIPE.replace(r#"operation in ["INSERT", "READ"]"#, r#"operation == "INSERT""#),
    );
    let (code, _, errors) = world.backfill(&[]).await;
    assert!(
        code == 1 && errors.contains("no rule of orders emits an event of an item that is read"),
        "{errors}"
    );
    world.write("pipes/orders.yaml", &format!("bus: false\n{PIPE}"));
    let (code, _, errors) = world.backfill(&["--to-bus"]).await;
    assert!(code == 1 && errors.contains("bus: false"), "{errors}");
    assert_eq!(world.published(), [json!(null); 0]);
}

/// Answers one request of HTTP, and returns its first line.
async fn answer(listener: &TcpListener, status: u16, body: &Value) -> String {
    let (mut stream, _) = timeout(TIMEOUT, listener.accept()).await.unwrap().unwrap();
    let mut request = vec![0; 65536];
    let bytes = stream.read(&mut request).await.unwrap();
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    String::from_utf8_lossy(&request[..bytes]).lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn the_functions_of_a_deployment_know_the_real_name_of_the_table() {
    let world = World::start_with_table("prod-orders", items(5)).await;
    let lambda = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", lambda.local_addr().unwrap());
    let start = || world.command(&[]).env("AWS_ENDPOINT_URL_LAMBDA", &address).spawn().unwrap();
    let variables = json!({ "TABLE_NAMES": json!({ "orders": "prod-orders" }).to_string() });
    let child = start();
    let request = answer(&lambda, 200, &json!({ "Environment": { "Variables": variables } })).await;
    assert!(request.contains("/functions/acme-enrich/configuration"), "{request}");
    let output = timeout(TIMEOUT, child.wait_with_output()).await.unwrap().unwrap();
    let printed = events(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(subjects(&printed), expected(5));
    let other = World::start(items(5)).await;
    assert_eq!(by_id(&other.backfill(&[]).await.1), by_id(&printed), "ids do not depend on the deployment");
    let child = start();
    answer(&lambda, 403, &json!({ "Message": "no" })).await;
    let output = timeout(TIMEOUT, child.wait_with_output()).await.unwrap().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && errors.contains("name the table with --table"), "{errors}");
}
