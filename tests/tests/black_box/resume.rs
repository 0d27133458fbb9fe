//! A client that was away receives what it missed, and nothing of others.

use serde_json::{Value, json};
use tablecast_tests::deployment::Deployment;
use tablecast_tests::items::order_of;
use tablecast_tests::socket::Socket;

const STATUSES: [&str; 5] = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];

async fn connect(deployment: &Deployment, tenant: &str) -> Socket {
    let bearer = format!("Bearer {}", deployment.token("ada", tenant).await);
    Socket::with_headers(&deployment.clients, &[("Authorization", &bearer)]).await.unwrap()
}

/// Writes the order of the tenant with each status, and 25 orders of another tenant before each. Returns when a
/// client has received all changes of the order.
async fn write(deployment: &Deployment, tenant: &str) {
    let mut witness = connect(deployment, tenant).await;
    witness.subscribe_to(&[&format!("orders/{tenant}/*")]).await;
    for status in STATUSES {
        let others: Vec<_> =
            (0..25).map(|id| order_of(&format!("{tenant}-busy"), &id.to_string(), status)).collect();
        deployment.put_all("orders", &others).await;
        deployment.put("orders", &order_of(tenant, "1", status)).await;
    }
    witness.subjects(STATUSES.len()).await;
}

#[tokio::test]
async fn a_quiet_tenant_that_was_away_receives_what_it_missed_in_order() {
    let deployment = Deployment::find().await;
    let tenant = deployment.name("quiet");
    let (pattern, source) = (format!("orders/{tenant}/*"), format!("tablecast/orders/{tenant}"));
    let mut client = connect(&deployment, &tenant).await;
    let subscribed = client.request(json!({"action": "subscribe", "subjects": [pattern]})).await;
    let after = &subscribed["data"]["sources"];
    assert!(after[&source].is_string(), "{subscribed}");
    client.close().await;
    write(&deployment, &tenant).await;

    let mut client = connect(&deployment, &tenant).await;
    let resumed = client.request(json!({"action": "subscribe", "subjects": [pattern], "after": after})).await;
    assert_eq!(resumed["data"]["sources"][&source]["recovered"], true, "{resumed}");
    let mut missed: Vec<Value> = Vec::new();
    let subscribed = loop {
        match client.event().await {
            event if event["type"] == "tablecast.subscribed.v1" => break event,
            event => missed.push(event),
        }
    };
    let types: Vec<_> = missed.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let changed = "order.status-changed.v1";
    assert_eq!(types, ["order.placed.v1", changed, changed, changed, "order.cancelled.v1"]);
    assert!(missed.iter().all(|event| event["source"] == source.as_str()), "{missed:?}");
    assert_eq!(subscribed["data"]["sources"][&source], missed[4]["position"]);
}
