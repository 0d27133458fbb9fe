//! `tablecast tail --deployment` and `replay --deployment` against DynamoDB of this process, with AWS credentials and
//! without a token.
#![allow(clippy::unwrap_used)]

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::rfc3339;
use tablecast_stand_in::{Fault, StandIn};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

const TIMEOUT: Duration = Duration::from_secs(60);
const KEEP: Duration = Duration::from_secs(3600);

struct World {
    stand_in: StandIn,
    logs: Logs,
}

struct Tail {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl World {
    async fn start() -> Self {
        let stand_in = StandIn::start(&["acme-log"]).await;
        let logs = Logs::new(stand_in.dynamodb(), "acme-log");
        Self { stand_in, logs }
    }

    /// Appends an event of this subject, and returns its text without a position.
    async fn append(&self, subject: &str, number: u64, seconds_ago: i64) -> String {
        let pipe = subject.split('/').next().unwrap();
        let source = format!("tablecast/{}", subject.rsplit_once('/').unwrap().0);
        let (id, now) = (format!("{subject}-{number}"), now_in_milliseconds());
        let text = json!({
            "specversion": "1.0", "id": id, "source": source, "type": "order.seen.v1", "subject": subject,
            "time": rfc3339((now / 1000 - seconds_ago) * 1000), "sequence": format!("{number:040}"),
            "data": { "number": number },
        })
        .to_string();
        let _ =
            self.logs.append(pipe, &source, &[NewEvent { id: &id, text: &text }], KEEP, now).await.unwrap();
        text
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.args(arguments).env_clear().env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_ENDPOINT_URL", &self.stand_in.address).env("AWS_REGION", "us-east-1");
        command.env("AWS_ACCESS_KEY_ID", "k").env("AWS_SECRET_ACCESS_KEY", "s");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Starts `tail`, and waits until it follows.
    async fn tail(&self, arguments: &[&str]) -> Tail {
        let all = [&["tail", "--deployment", "acme", "--pipe", "orders"], arguments].concat();
        let mut child = self.command(&all).spawn().unwrap();
        let mut notes = BufReader::new(child.stderr.as_mut().unwrap()).lines();
        let note = timeout(TIMEOUT, notes.next_line()).await.unwrap().unwrap().unwrap();
        assert!(note.starts_with("following "), "{note}");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Tail { child, lines }
    }
}

impl Tail {
    async fn line(&mut self) -> String {
        timeout(TIMEOUT, self.lines.next_line()).await.unwrap().unwrap().unwrap()
    }

    /// The next event without its position.
    async fn event(&mut self) -> Value {
        let mut event: Value = serde_json::from_str(&self.line().await).unwrap();
        assert!(event.as_object_mut().unwrap().remove("position").is_some(), "{event}");
        event
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn tail_prints_the_new_events_of_the_channels_of_its_patterns() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 0).await;
    world.append("orders/globex/1", 1, 0).await;
    let mut tail = world.tail(&["orders/acme/*", "orders/initech/7", "--json"]).await;
    world.append("orders/globex/1", 2, 0).await;
    for number in 2..5 {
        let appended = world.append("orders/acme/1", number, 0).await;
        assert_eq!(tail.event().await, parsed(&appended));
    }
    world.append("orders/initech/6", 1, 0).await;
    let of_new_channel = world.append("orders/initech/7", 2, 0).await;
    assert_eq!(tail.event().await, parsed(&of_new_channel));
}

#[tokio::test]
async fn tail_begins_with_the_changes_since_a_time_and_marks_late_events() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 7200).await;
    world.append("orders/acme/2", 2, 1800).await;
    let mut tail = world.tail(&["--since", "1h"]).await;
    let line = tail.line().await;
    assert!(line.contains(r#"order.seen.v1 orders/acme/2 {"number":2}"#), "{line}");
    world.append("orders/acme/1", 9, 60).await;
    let line = tail.line().await;
    assert!(line.contains(r#"order.seen.v1 orders/acme/1 {"number":9}"#), "{line}");
    world.append("orders/acme/1", 8, 120).await;
    let line = tail.line().await;
    assert!(line.contains(r#"order.seen.v1 (late) orders/acme/1 {"number":8}"#), "{line}");
}

#[tokio::test]
async fn tail_that_begins_in_the_past_names_a_channel_with_a_damaged_item() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 0).await;
    let items = world.stand_in.items("acme-log");
    let mut damaged = items.into_iter().find(|item| item.get("events").is_some()).unwrap();
    damaged["events"] = json!({ "S": "[]" });
    world.stand_in.import("acme-log", vec![damaged]);
    let arguments = ["tail", "--deployment", "acme", "--pipe", "orders", "--since", "1h"];
    let mut child = world.command(&arguments).spawn().unwrap();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    let named = timeout(TIMEOUT, async {
        while !notes.next_line().await.unwrap().unwrap().contains("events of tablecast/orders/acme") {}
    });
    named.await.unwrap();
}

#[tokio::test]
async fn tail_shows_every_event_once_although_reads_fail() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 0).await;
    let mut tail = world.tail(&["--json"]).await;
    world.stand_in.plan_always(
        "acme-log Query tablecast/orders/acme",
        Some(Fault::Error(400, "AccessDeniedException")),
    );
    let failed = || world.stand_in.seen().operations().iter().filter(|one| *one == "Query").count();
    let before = failed();
    let waited = timeout(TIMEOUT, async {
        while failed() < before + 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap();
    world.stand_in.plan_always("acme-log Query tablecast/orders/acme", None);
    for number in 2..4 {
        let appended = world.append("orders/acme/1", number, 0).await;
        assert_eq!(tail.event().await, parsed(&appended));
    }
    tail.child.start_kill().unwrap();
    let mut notes = String::new();
    tail.child.stderr.take().unwrap().read_to_string(&mut notes).await.unwrap();
    assert_eq!(notes.matches("retrying").count(), 1, "{notes}");
}

#[tokio::test]
async fn tail_ends_with_0_when_its_output_is_closed_and_with_1_when_it_cannot_begin() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 0).await;
    let Tail { mut child, lines } = world.tail(&["--since", "1h"]).await;
    drop(lines);
    world.append("orders/acme/1", 2, 0).await;
    assert_eq!(timeout(TIMEOUT, child.wait()).await.unwrap().unwrap().code(), Some(0));
    let denied = Fault::Error(400, "AccessDeniedException");
    world.stand_in.plan_always("acme-log Query", Some(denied));
    for (arguments, reason) in [
        (vec!["tail", "--deployment", "acme", "--pipe", "orders"], "check --deployment acme, AWS_REGION"),
        (vec!["tail", "--deployment", "acme"], "name the pipes with --pipe"),
        (vec!["tail", "--deployment", "acme", "--pipe", "orders", "a/*/b"], "misplaced *"),
        (vec!["tail", "--since", "1h"], "--deployment"),
    ] {
        let mut command = world.command(&arguments);
        let folder = tempfile::tempdir().unwrap();
        let output = timeout(TIMEOUT, command.current_dir(folder.path()).output()).await.unwrap().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && errors.contains(reason), "{arguments:?}: {errors}");
    }
}

#[tokio::test]
async fn replay_needs_no_token() {
    let world = World::start().await;
    let first = world.append("orders/acme/1", 1, 0).await;
    let mut command = world.command(&["replay", "orders", "--deployment", "acme"]);
    let output = timeout(TIMEOUT, command.output()).await.unwrap().unwrap();
    let mut event = parsed(std::str::from_utf8(&output.stdout).unwrap());
    event.as_object_mut().unwrap().remove("position");
    assert_eq!((event, output.status.code()), (parsed(&first), Some(0)));
}

/// EventBridge accepts events for a bus that does not exist.
#[tokio::test]
async fn replay_publishes_on_the_bus_of_the_deployment_and_only_if_it_exists() {
    let world = World::start().await;
    world.append("orders/acme/1", 1, 0).await;
    world.stand_in.plan("DescribeEventBus", [Fault::Error(400, "ResourceNotFoundException")]);
    for (code, expected) in [(1, "the bus company, on which acme publishes"), (0, "published 1 events")] {
        let mut command = world.command(&["replay", "orders", "--deployment", "acme", "--to-bus"]);
        let output = timeout(TIMEOUT, command.output()).await.unwrap().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && errors.contains(expected), "{errors}");
        assert_eq!(world.stand_in.seen().puts().len(), usize::from(code == 0));
    }
    assert_eq!(world.stand_in.seen().puts()[0][0]["EventBusName"], "company");
}
