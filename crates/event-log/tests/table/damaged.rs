//! Items that somebody else changed. Each is skipped, and a resume over it reports a gap.

use serde_json::{Value, json};
use tablecast_protocol::{Position, Unrecovered};

use crate::stand_in::{DAY, Fault, NOW, PIPE, SECOND, SOURCE, StandIn, append, id_of, try_append};

/// The ways in which an item can be damaged.
fn damages() -> Vec<(&'static str, Value)> {
    vec![
        ("epoch", json!({ "S": "" })),
        ("count", json!({ "S": "1" })),
        ("count", json!({ "N": "-1" })),
        ("count", json!({ "N": "0" })),
        ("count", json!({ "N": "18446744073709551615" })),
        ("count", json!({ "N": "2" })),
        ("expires_at", json!({ "M": {} })),
        ("delivered_to", json!({ "N": "99" })),
        ("parts", json!({ "N": "2" })),
        ("parts", json!({ "N": "18446744073709551615" })),
        ("events", json!({ "B": "AAAA" })),
        ("events", json!({ "S": "[]" })),
        // `[1]` and `[{}]`, which a position would make invalid JSON.
        ("events", json!({ "B": "KLUv/QRYGQAAWzFdQPQHYg==" })),
        ("events", json!({ "B": "KLUv/QRYIQAAW3t9XSLRzxA=" })),
        ("writer_id", Value::Null),
    ]
}

/// Three items of one event each, of which one is damaged.
async fn log_with(damaged: usize, (attribute, value): (&str, Value)) -> StandIn {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for id in ["a", "b", "c"] {
        append(&logs, &[id], NOW).await;
    }
    let item = stand_in.items()[damaged].clone();
    match value {
        Value::Null => stand_in.damage_by_removing(&item, attribute),
        value => stand_in.damage(&item, attribute, value),
    }
    stand_in
}

async fn resume(stand_in: &StandIn, offset: u64) -> Result<Vec<String>, Unrecovered> {
    let logs = stand_in.logs();
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    let after = Position { offset, ..end }.to_string();
    let events = logs.resume(SOURCE, &after, NOW, 1000, |_| true).await.unwrap().events?;
    Ok(events.iter().map(|event| id_of(&event.text)).collect())
}

#[tokio::test]
async fn a_resume_over_a_damaged_item_is_not_recovered_and_later_ones_are() {
    for damage in damages() {
        let stand_in = log_with(1, damage.clone()).await;
        assert_eq!(resume(&stand_in, 0).await, Err(Unrecovered::Trimmed), "{damage:?}");
        assert_eq!(resume(&stand_in, 1).await, Err(Unrecovered::Trimmed), "{damage:?}");
        assert_eq!(resume(&stand_in, 3).await, Ok(vec![]), "{damage:?}");
    }
}

#[tokio::test]
async fn a_walk_returns_the_events_around_a_damaged_item_and_names_it() {
    for damage in damages() {
        let stand_in = log_with(1, damage.clone()).await;
        let logs = stand_in.logs();
        let mut walk = logs.walk_since(PIPE, SOURCE, 0).await.unwrap().unwrap();
        let events = walk.next_page().await.unwrap();
        assert_eq!(
            events.iter().map(|event| id_of(&event.text)).collect::<Vec<_>>(),
            ["a", "c"],
            "{damage:?}"
        );
        assert!(walk.next_page().await.unwrap().is_empty());
        let [damaged] = walk.damaged() else { panic!("{damage:?}: {:?}", walk.damaged()) };
        assert_eq!((damaged.pk.as_str(), damaged.sk.as_str()), (SOURCE, "00000000000000000002"));
        assert!(logs.take_damaged() > 0, "{damage:?}");
        assert_eq!(logs.take_damaged(), 0);
    }
}

/// The offsets of a damaged last item may have been given, so its epoch ends.
#[tokio::test]
async fn an_append_after_a_damaged_last_item_never_gives_an_offset_twice() {
    for damage in damages() {
        let stand_in = log_with(2, damage.clone()).await;
        let before: Position =
            format!("{}-3", stand_in.items()[0]["epoch"]["S"].as_str().unwrap()).parse().unwrap();
        let logs = stand_in.logs();
        let offsets = append(&logs, &["d"], NOW + SECOND).await;
        let end = logs.last_position(SOURCE, NOW + SECOND).await.unwrap();
        assert!(end.epoch != before.epoch || offsets[0] > 3, "{damage:?}: {end}");
        assert_eq!(append(&stand_in.logs(), &["e"], NOW + 2 * SECOND).await, [offsets[0] + 1]);
        let resumed =
            logs.resume(SOURCE, &before.to_string(), NOW + 2 * SECOND, 1000, |_| true).await.unwrap();
        // Either everything since, or that it cannot be known.
        let ids =
            resumed.events.map(|events| events.iter().map(|event| id_of(&event.text)).collect::<Vec<_>>());
        match ids {
            Ok(ids) => assert!(ids.ends_with(&["d".to_owned(), "e".to_owned()]), "{damage:?}: {ids:?}"),
            Err(reason) => assert!(reason != Unrecovered::TooMuch, "{damage:?}: {reason:?}"),
        }
    }
}

#[tokio::test]
async fn a_writer_that_meets_a_damaged_item_goes_on_after_it() {
    let stand_in = StandIn::start().await;
    let (logs, other) = (stand_in.logs(), stand_in.logs());
    append(&logs, &["a"], NOW).await;
    append(&other, &["b"], NOW).await;
    stand_in.damage(&stand_in.items()[1], "epoch", json!({ "N": "1" }));
    let offsets = append(&logs, &["c"], NOW + SECOND).await;
    assert!(offsets[0] > 2);
    assert_eq!(append(&logs, &["d"], NOW + SECOND).await, [offsets[0] + 1]);
}

/// Nobody can know whether clients have its events, so a client that resumes after it has a gap.
#[tokio::test]
async fn a_damaged_item_between_others_counts_as_undelivered() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    drop(try_append(&stand_in.logs(), &["b"], NOW).await.unwrap());
    drop(try_append(&logs, &["c"], NOW + SECOND).await.unwrap());
    stand_in.damage(&stand_in.items()[1], "count", json!({ "N": "0" }));
    append(&stand_in.logs(), &["d"], NOW + 2 * SECOND).await;
    assert_eq!(resume(&stand_in, 4).await, Err(Unrecovered::Trimmed));
}

/// No event has the offset 0.
#[tokio::test]
async fn an_item_with_the_offset_0_is_skipped() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let mut item = stand_in.items()[0].clone();
    item["sk"]["S"] = format!("{:020}", 0).into();
    stand_in.import("log", vec![item]);
    assert_eq!(append(&stand_in.logs(), &["b"], NOW + SECOND).await, [2]);
    assert_eq!(resume(&stand_in, 0).await.unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn an_item_without_an_offset_is_ignored() {
    let stand_in = log_with(2, ("count", json!({ "N": "1" }))).await;
    for sk in ["00000000000000000002x", "0", "the end"] {
        stand_in.damage(&stand_in.items()[0], "sk", json!({ "S": sk }));
    }
    assert_eq!(append(&stand_in.logs(), &["d"], NOW + SECOND).await, [4]);
    let mut walk = stand_in.logs().walk_since(PIPE, SOURCE, 0).await.unwrap().unwrap();
    assert_eq!(walk.next_page().await.unwrap().len(), 4);
}

/// Otherwise all later items have this time, too, and none of them proves the end of the log.
#[tokio::test]
async fn an_item_from_the_future_does_not_give_its_time_to_later_ones() {
    for time in [NOW + DAY, i64::MAX] {
        let stand_in = log_with(2, ("appended_at", json!({ "N": time.to_string() }))).await;
        let logs = stand_in.logs();
        let before = logs.last_position(SOURCE, NOW).await.unwrap();
        assert_eq!(append(&logs, &["d"], NOW + SECOND).await, [4]);
        assert_eq!(append(&stand_in.logs(), &["e"], NOW + 2 * SECOND).await, [5]);
        let after = stand_in.logs().last_position(SOURCE, NOW + 2 * SECOND).await.unwrap();
        assert_eq!(after, Position { offset: 5, ..before });
        assert_eq!(stand_in.items()[4]["appended_at"]["N"], (NOW + 2 * SECOND).to_string());
    }
}

/// Otherwise a client that resumes never receives what came before it.
#[tokio::test]
async fn what_came_before_a_damaged_item_counts_as_undelivered_for_a_writer_that_starts() {
    let stand_in = StandIn::start().await;
    // A writer that never reports that its event is delivered.
    drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
    let other = stand_in.logs();
    for n in 0..16 {
        append(&other, &[&format!("b{n}")], NOW + n).await;
    }
    stand_in.damage_by_removing(&stand_in.items()[1], "count");
    append(&stand_in.logs(), &["c"], NOW + SECOND).await;
    assert_eq!(stand_in.items()[17]["delivered_to"]["N"], "0");
}

#[tokio::test]
async fn nothing_counts_as_delivered_if_all_items_that_a_writer_reads_are_damaged() {
    let stand_in = StandIn::start().await;
    drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
    let other = stand_in.logs();
    for n in 0..16 {
        append(&other, &[&format!("b{n}")], NOW + n).await;
    }
    stand_in.items()[1..].iter().for_each(|item| stand_in.damage_by_removing(item, "count"));
    append(&stand_in.logs(), &["c"], NOW + SECOND).await;
    assert_eq!(stand_in.items()[17]["delivered_to"]["N"], "0");
}

/// DynamoDB has no such type today, so only a planned response has one.
#[tokio::test]
async fn an_item_with_an_attribute_of_an_unknown_type_is_damaged() {
    let stand_in = StandIn::start().await;
    for unknown in [json!({ "NEW": "1" }), json!({ "M": { "a": { "L": [{ "NEW": "1" }] } } })] {
        let item = json!({ "pk": { "S": SOURCE }, "sk": { "S": "00000000000000000001" }, "count": unknown });
        let page = json!({ "Items": [item], "Count": 1, "ScannedCount": 1 });
        stand_in.plan("log Query", [Fault::Response(page)]);
        let following = stand_in.logs().after(SOURCE, 0, 1).await.unwrap();
        assert!(following.has_gap && following.events.is_empty(), "{following:?}");
    }
}
