//! The requests of one delivery while a hundred thousand clients are connected.

use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;

use crate::stand_in::{StandIn, element};

const CONNECTIONS: usize = 100_000;

/// A connection with one subscription: its own item, the subscription, and the mirror.
fn items(n: usize) -> [Value; 3] {
    let connected = now_in_milliseconds() - 60_000;
    let (connected_at, ends_at) = (connected.to_string(), (connected / 1000 + 3600).to_string());
    let (connection, subscription) = (format!("connection#c{n}="), format!("subscription#profiles/{n}"));
    let item = |pk: &str, sk: &str| {
        json!({
            "pk": { "S": pk }, "sk": { "S": sk }, "protocol": { "S": "cloudevents.json" },
            "connected_at": { "N": connected_at }, "expires_at": { "N": ends_at }, "ends_at": { "N": ends_at },
        })
    };
    [item(&connection, "connection"), item(&connection, &subscription), item(&subscription, &connection)]
}

#[tokio::test]
async fn one_event_for_one_of_100_000_connections_is_three_queries_and_one_item() {
    let stand_in = StandIn::start().await;
    stand_in.import("connections", (0..CONNECTIONS).flat_map(items).collect());
    let mut element = element(1, "profiles/77777");
    element["events"][0]["source"] = "tablecast/profiles".into();
    assert_eq!(stand_in.dispatch(json!([element])).await.unwrap(), [""; 0]);
    let seen = stand_in.seen();
    let read: Vec<u64> =
        seen.items_read.iter().filter(|(table, _)| table == "connections").map(|(_, items)| *items).collect();
    let (queries, items) = (read.len(), read.iter().sum::<u64>());
    assert_eq!((queries, items), (3, 1), "for *, profiles/* and profiles/77777");
    assert!(!seen.operations().contains(&"GetItem".to_owned()), "a Query finds the run of the channel, too");
    assert_eq!(seen.posts.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["c77777="]);
}
