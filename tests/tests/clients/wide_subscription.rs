//! A subscription that is wider than a channel receives everything live. It cannot resume, and learns that.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::PipeFiles;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;

const WIDE: &str = "tablecast/orders/*";
const ACME: &str = "tablecast/orders/acme";
const TENANTS: [&str; 3] = ["acme", "globex", "initech"];

/// Grants all orders to the tokens of an auditor.
fn pipes() -> PipeFiles {
    PipeFiles::changed(|text| {
        let of_tenant = r#"grant: '"orders/" + claims.tenant + "/*"'"#;
        text.replace(of_tenant, r#"grant: ['"orders/" + claims.tenant + "/*"', 'claims.audits + "/*"']"#)
    })
}

/// Connects with a token that grants all orders.
async fn connect(local: &LocalMode) -> Socket {
    let token = local.token(&["--subject", "ada", "--claim", "audits=orders"]).await;
    let bearer = format!("Bearer {token}");
    Socket::with_headers(&local.addresses().clients, &[("Authorization", &bearer)]).await.unwrap()
}

/// Writes an order of each tenant.
async fn write(local: &LocalMode, id: &str) {
    for tenant in TENANTS {
        local.dynamodb().put("orders", order_of(tenant, id, "PLACED")).await;
    }
}

/// Receives one order of each tenant, and returns the event of acme.
async fn receive(client: &mut Socket, id: &str) -> Value {
    let mut events = Vec::new();
    while events.len() < TENANTS.len() {
        events.push(client.event().await);
    }
    let subjects: BTreeSet<_> =
        events.iter().map(|event| event["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!(subjects, TENANTS.map(|tenant| format!("orders/{tenant}/{id}")).into());
    events.into_iter().find(|event| event["source"] == ACME).unwrap()
}

/// Subscribes after these positions. Returns the results of the sources, and the events up to the acknowledgement.
async fn resume(client: &mut Socket, subjects: &[&str], after: Value) -> (Value, Vec<Value>) {
    let resumed = client.request(json!({"action": "subscribe", "subjects": subjects, "after": after})).await;
    assert_data_is_valid(&resumed);
    let mut missed = Vec::new();
    loop {
        match client.event().await {
            event if event["type"] == "tablecast.subscribed.v1" => break,
            event => missed.push(event),
        }
    }
    (resumed["data"]["sources"].clone(), missed)
}

#[tokio::test]
async fn a_wide_subscription_receives_everything_live_and_cannot_resume() {
    let pipes = pipes();
    let local = LocalMode::start_with_auth(&pipes.arguments()).await;
    let mut client = connect(&local).await;
    let subscribed = client.request(json!({"action": "subscribe", "subjects": ["orders/*"]})).await;
    assert_data_is_valid(&subscribed);
    let positions = subscribed["data"]["sources"].clone();
    assert_eq!(positions, json!({WIDE: "0000000000000000-0"}));
    write(&local, "1").await;
    let event = receive(&mut client, "1").await;
    let pong = client.request(json!({"action": "ping"})).await;
    assert_data_is_valid(&pong);
    assert_eq!(pong["data"]["sources"], positions);
    client.close().await;

    write(&local, "missed").await;
    local.bus().wait_for_subjects(&TENANTS.map(|tenant| format!("orders/{tenant}/missed")).into()).await;
    let too_wide = json!({"recovered": false, "cause": "too-wide"});
    let mut client = connect(&local).await;
    let (results, missed) = resume(&mut client, &["orders/*"], positions).await;
    assert_eq!((results, missed), (json!({WIDE: too_wide}), vec![]));
    write(&local, "2").await;
    receive(&mut client, "2").await;

    // The position of an event is of no use to the wide subscription, but to one within the channel.
    let after = json!({ACME: event["position"], WIDE: "0000000000000000-0"});
    let mut client = connect(&local).await;
    let (results, missed) = resume(&mut client, &["orders/*"], after.clone()).await;
    assert_eq!((results, missed), (json!({ACME: too_wide, WIDE: too_wide}), vec![]));
    let mut client = connect(&local).await;
    let (results, missed) = resume(&mut client, &["orders/*", "orders/acme/*"], after).await;
    assert_eq!((&results[WIDE], &results[ACME]["recovered"]), (&too_wide, &json!(true)));
    let subjects: Vec<_> = missed.iter().map(|event| event["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["orders/acme/missed", "orders/acme/2"]);
}
