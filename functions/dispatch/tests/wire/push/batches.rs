//! The sub-protocol cloudevents-batch.json, and subscriptions to some event types.

use serde_json::{Value, json};
use tablecast_connections::{Change, Connection, Subscription};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use super::{OLD, orders};
use crate::stand_in::{Fault, POSITION, StandIn, connection, element_with};

async fn with_batches(faults: impl IntoIterator<Item = Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    let batch = Connection { protocol: Protocol::Batch, ..connection("a=", OLD) };
    stand_in.connect_as(batch, &["orders/*"]).await;
    stand_in.plan("a=", faults);
    stand_in
}

/// The ids in each frame.
fn ids(stand_in: &StandIn) -> Vec<Vec<String>> {
    let ids = |frame: &String| {
        let events: Vec<Value> = serde_json::from_str(frame).unwrap();
        events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    stand_in.frames("a=").iter().map(ids).collect()
}

#[tokio::test]
async fn the_events_of_a_batch_share_a_frame_of_at_most_32_kb() {
    let stand_in = with_batches([]).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(ids(&stand_in), [["1", "2", "3"]]);
    assert_eq!(stand_in.metric("Delivered"), 3);

    let bytes = element_with(1, "orders/1", "")["events"][0].to_string().len() + POSITION;
    let half = |extra: usize| "x".repeat(16 * 1024 - bytes - 2 + extra);
    for (extra, frames) in [(1, vec![2, 1]), (2, vec![1, 2])] {
        let stand_in = with_batches([]).await;
        let elements = json!([
            element_with(1, "orders/1", &half(0)),
            element_with(2, "orders/2", &half(extra)),
            element_with(3, "orders/3", ""),
        ]);
        stand_in.dispatch(elements).await.unwrap();
        assert_eq!(ids(&stand_in).iter().map(Vec::len).collect::<Vec<_>>(), frames);
        assert_eq!(stand_in.frames("a=")[0].len() == 32 * 1024, extra == 1);
    }
}

#[tokio::test]
async fn in_an_array_the_largest_event_is_two_bytes_smaller() {
    let bytes = element_with(1, "orders/1", "")["events"][0].to_string().len() + POSITION;
    for (room, expected) in [(2, "1"), (1, "1:too-large")] {
        let stand_in = with_batches([]).await;
        let data = "x".repeat(128 * 1024 - bytes - room);
        stand_in.dispatch(json!([element_with(1, "orders/1", &data)])).await.unwrap();
        assert_eq!(ids(&stand_in), [[expected]]);
    }
}

#[tokio::test]
async fn only_the_types_of_a_subscription_are_pushed() {
    let stand_in = StandIn::start().await;
    for (id, event_type) in [("a=", "order.placed.v1"), ("b=", "order.cancelled.v1")] {
        stand_in.connect(id, &[], OLD).await;
        let session = stand_in.connections().find(id).await.unwrap().unwrap();
        let pattern = Pattern::parse("orders/*").unwrap();
        let subscription = Subscription { pattern, types: [event_type.to_owned()].into() };
        stand_in.connections().change(&session, &[Change::Put(subscription)]).await.unwrap();
    }
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("a="), ["1", "2", "3"]);
    assert_eq!(stand_in.received("b="), [""; 0]);
}
