use serde_json::json;

use super::*;
use crate::dead_letter::DeadLetter;
use crate::dead_letter::tests::letter;
use crate::record_result::Event;
use crate::shard::ShardError;

fn line(outcome: Outcome) -> Line {
    Line {
        pipe: "orders".to_owned(),
        id: "e1".to_owned(),
        place: Place::Rejected,
        operation: "MODIFY".to_owned(),
        keys: json!({ "orderId": { "S": "1001" } }),
        changed: "2026-11-23T08:00:00Z".to_owned(),
        failed_at: Some("2026-11-23T09:00:00Z".to_owned()),
        failed: Some(Cause { path: "data.total".to_owned(), reason: "is missing".to_owned() }),
        outcome,
        events: Vec::new(),
        bus: None,
        reason: None,
    }
}

fn event() -> Event {
    let text = |text: &str| text.to_owned();
    Event {
        id: text("e1.order.paid.v1"),
        event_type: text("order.paid.v1"),
        subject: text("orders/acme/1001"),
        source: text("tablecast/orders/acme"),
    }
}

#[test]
fn a_record_has_its_change_its_old_reason_and_its_events() {
    let line = Line { events: vec![event()], bus: Some(true), ..line(Outcome::Redrivable) };
    let expected = r#"orders e1 (rejected 2026-11-23T09:00:00Z)
  change   MODIFY of {"orderId":{"S":"1001"}} at 2026-11-23T08:00:00Z
  failed   data.total: is missing
  becomes  order.paid.v1 of orders/acme/1001, in the channel tablecast/orders/acme, on the bus
"#;
    assert_eq!(line_text(&line), expected);
}

#[test]
fn a_record_that_stays_has_the_reason() {
    let reason = Some(Cause { path: "data.tax".to_owned(), reason: "is no number".to_owned() });
    let text = line_text(&Line { reason, ..line(Outcome::Rejected) });
    assert!(text.ends_with("  stays    data.tax: is no number\n"), "{text}");
    assert!(line_text(&line(Outcome::Failed)).contains("the log of dispatch has the reason"));
    let read = Line { operation: "READ".to_owned(), ..line(Outcome::Unmatched) };
    assert!(line_text(&read).contains(r#"allow `operation == "READ"`"#));
}

#[test]
fn a_lost_dead_letter_has_all_that_is_known_and_what_to_do() {
    let text = |text: &str| text.to_owned();
    let lost = Lost {
        place: LetterPlace::from(&DeadLetter { id: text("m1"), ..letter("99", "101") }),
        last_change: text("2026-11-23T03:00:05Z"),
        log_until: text("2026-11-23T03:00:06Z"),
        records: 3,
        found: 1,
        known: vec![Known::Log { id: text("e1"), subject: text("orders/acme/1"), sequence: text("100") }],
        discarded: false,
    };
    let shown = lost_text(&lost, " --deployment acme");
    for part in [
        "at least 2 of 3",
        "from 99 to 101",
        "orders/acme/1 (e1)",
        "tablecast replay --deployment acme orders --since 2026-11-23T03:00:00Z --until 2026-11-23T03:00:06Z --to-bus",
        "redrive --deployment acme --pipe orders --id m1 --rebuild KEY --yes",
        "redrive --deployment acme --pipe orders --id m1 --discard-lost --yes",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let discarded = lost_text(&Lost { discarded: true, ..lost }, "");
    assert!(discarded.contains("deleted  the dead letter") && !discarded.contains("--rebuild"));
}

#[test]
fn an_unread_dead_letter_has_the_reason_and_the_command_that_reads_it_again() {
    let reason = ShardError::new("shardId-1 returned no records");
    let letter = DeadLetter { unread: Some(reason), ..letter("99", "101") };
    let expected = "orders m (dead letter 2026-11-23T09:00:00Z)
  unread   shardId-1 returned no records
  place    shardId-1 of arn:aws:dynamodb:r:1:table/orders/stream/2026, from 99 to 101
  failed   RecordAgeExceeded
  next     nothing is lost until 24 hours after 2026-11-23T03:00:00Z: tablecast redrive --deployment acme --pipe orders --id m --yes
";
    assert_eq!(unread_text(&Unread::of(&letter).unwrap(), " --deployment acme"), expected);
}

#[test]
fn the_summary_has_every_count_that_is_not_zero() {
    let summary =
        Summary { records: 5, letters: 1, redriven: 4, rejected: 1, events: 6, ..Summary::default() };
    let expected = "5 records, 1 dead letters, 6 events: 4 are redriven, 1 still cannot become events";
    assert_eq!(summary_text(&summary, Mode::Redrive), expected);
    assert!(
        summary_text(&Summary::default(), Mode::Show).ends_with("Nothing was changed: --yes redrives them")
    );
}
