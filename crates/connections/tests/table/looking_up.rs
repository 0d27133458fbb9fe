//! The look-up of `dispatch`: it reads little of a large audience.

use tablecast_connections::LookUp;

use super::*;

const LIMIT: usize = 300;
const SOURCE: &str = "tablecast/orders/acme";

async fn with_listeners(number: usize) -> (StandIn, Connections) {
    let (stand_in, connections) = start().await;
    for id in 0..number {
        connections.open(&connection(&id.to_string()), patterns(["orders/acme/*"])).await.unwrap();
    }
    stand_in.seen().items_read.clear();
    (stand_in, connections)
}

fn items_read(stand_in: &StandIn) -> u64 {
    stand_in.seen().items_read.iter().map(|(_, items)| items).sum()
}

#[tokio::test]
async fn a_look_up_returns_every_subscriber_up_to_its_limit() {
    let (_stand_in, connections) = with_listeners(LIMIT).await;
    let LookUp::All(found) = connections.look_up(&pattern("orders/acme/*"), LIMIT).await.unwrap() else {
        panic!("not all")
    };
    assert_eq!(found.len(), LIMIT);
    connections.open(&connection("one more"), patterns(["orders/acme/*"])).await.unwrap();
    let found = connections.look_up(&pattern("orders/acme/*"), LIMIT).await.unwrap();
    assert_eq!(found, LookUp::TooMany);
}

#[tokio::test]
async fn a_look_up_of_a_fanned_out_channel_reads_one_page() {
    let (stand_in, connections) = with_listeners(2 * LIMIT).await;
    let run = connections.cover(SOURCE, 1..=3, None, CONNECTED_AT).await.unwrap();
    stand_in.seen().items_read.clear();
    let found = connections.look_up(&pattern("orders/acme/*"), LIMIT).await.unwrap();
    assert_eq!(found, LookUp::Run(run));
    assert_eq!(items_read(&stand_in), 250);
    assert_eq!(connections.subscribers(&pattern("orders/acme/*")).await.unwrap().len(), 2 * LIMIT);
}
