//! Clients receive only what their claims allow.

use serde_json::json;
use tablecast_tests::deployment::Deployment;
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::{order, order_of};
use tablecast_tests::node::PrintingClient;
use tablecast_tests::socket::{Socket, with_query};
use tokio_tungstenite::tungstenite::Message;

use crate::{named, parsed};

#[tokio::test]
async fn two_tenants_in_two_terminals_receive_only_their_own_orders() {
    let deployment = Deployment::find().await;
    let ids = ["one", "two"].map(|what| deployment.name(what));
    let mut terminals = Vec::new();
    for tenant in ["acme", "globex"] {
        let token = deployment.token("ada", tenant).await;
        let all = ids.each_ref().map(|id| format!("orders/acme/{id},orders/globex/{id}")).join(",");
        let query = format!("subscribe={all}&token={token}");
        terminals.push((tenant, PrintingClient::wscat(&with_query(&deployment.clients, &query))));
        deployment.wait_for_subscriptions(&format!("orders/{tenant}/{}", ids[1]), 1).await;
    }
    for id in &ids {
        deployment.put("orders", &order_of("globex", id, "PLACED")).await;
        deployment.put("orders", &order_of("acme", id, "PLACED")).await;
    }
    for (tenant, mut wscat) in terminals {
        for id in &ids {
            assert_eq!(parsed(&wscat.line().await)["subject"], format!("orders/{tenant}/{id}"));
        }
    }
}

#[tokio::test]
async fn a_refused_subject_does_not_affect_the_granted_one_beside_it() {
    let deployment = Deployment::find().await;
    let (id, subject) = named(&deployment, "orders/acme");
    let mut client = deployment.connect(&id, "", &[]).await.unwrap();
    let foreign = format!("orders/globex/{id}");
    assert_eq!(
        client.subscribe_to(&[&foreign, &subject, "orders/*"]).await,
        ["not-granted", "granted", "not-granted"]
    );
    deployment.put("orders", &order_of("globex", &id, "PLACED")).await;
    deployment.put("orders", &order(&id, "PLACED")).await;
    assert_eq!(client.subjects(1).await, [subject.as_str()]);
    let pong = client.request(json!({"action": "ping", "id": "mine"})).await;
    assert_eq!((&pong["type"], &pong["data"]["request"]), (&json!("tablecast.pong.v1"), &json!("mine")));
}

#[tokio::test]
async fn a_client_without_a_valid_token_cannot_connect() {
    let deployment = Deployment::find().await;
    assert!(Socket::connect(&with_query(&deployment.clients, ""), &[]).await.is_err());
    let valid = deployment.token("ada", "acme").await;
    let (signed, _) = valid.rsplit_once('.').unwrap();
    for invalid in [format!("{signed}."), format!("{signed}.AAAA"), "token".to_owned()] {
        assert!(
            Socket::connect(&with_query(&deployment.clients, &format!("token={invalid}")), &[])
                .await
                .is_err(),
            "{invalid}"
        );
    }
    assert!(Socket::connect(&with_query(&deployment.clients, &format!("token={valid}")), &[]).await.is_ok());
}

/// An emulator can lose the frame before a close, so there may be no event.
#[tokio::test]
async fn a_client_that_requests_the_reason_of_a_refusal_receives_nothing_else() {
    let deployment = Deployment::find().await;
    let valid = deployment.token("ada", "acme").await;
    for (query, reason) in [
        (String::new(), "token-missing"),
        ("token=nonsense".to_owned(), "token-invalid"),
        (format!("token={valid}&subscribe=orders/globex/*"), "not-granted"),
    ] {
        let url = with_query(&deployment.clients, &query);
        let mut client = Socket::connect(&url, &["cloudevents.json", "tablecast.explain"]).await.unwrap();
        client.send_json(json!({"action": "subscribe", "subjects": ["orders/acme/*"]})).await;
        let mut frame = client.next().await;
        if let Message::Text(text) = &frame {
            let event = parsed(text);
            assert_eq!(
                (&event["type"], &event["data"]["reason"]),
                (&json!("tablecast.refused.v1"), &json!(reason))
            );
            frame = client.next().await;
        }
        assert!(matches!(frame, Message::Close(_)), "{frame:?}");
    }
    eventually("a connections table without refusals", async || {
        let items = deployment.scan(&deployment.connections_table).await;
        items.iter().all(|item| item.get("refusal").is_none()).then_some(())
    })
    .await;
}
