//! Who may see what.

use serde_json::json;
use tablecast_tests::items::{order, order_of};
use tablecast_tests::node::Printer;
use tablecast_tests::place::Place;
use tablecast_tests::socket::{Socket, with_query};

use crate::{named, parsed};

#[tokio::test]
async fn in_two_terminals_two_tenants_each_see_their_own_orders_only() {
    let place = Place::find().await;
    let ids = ["one", "two"].map(|what| place.name(what));
    let mut terminals = Vec::new();
    for tenant in ["acme", "globex"] {
        let token = place.token("ada", tenant).await;
        let all = ids.each_ref().map(|id| format!("orders/acme/{id},orders/globex/{id}")).join(",");
        let query = format!("subscribe={all}&token={token}");
        terminals.push((tenant, Printer::wscat(&with_query(&place.clients, &query))));
        place.listened_to(&format!("orders/{tenant}/{}", ids[1]), 1).await;
    }
    for id in &ids {
        place.put("orders", &order_of("globex", id, "PLACED")).await;
        place.put("orders", &order_of("acme", id, "PLACED")).await;
    }
    for (tenant, mut wscat) in terminals {
        for id in &ids {
            assert_eq!(parsed(&wscat.line().await)["subject"], format!("orders/{tenant}/{id}"));
        }
    }
}

#[tokio::test]
async fn a_refused_subject_comes_back_refused_while_its_neighbour_works() {
    let place = Place::find().await;
    let (id, subject) = named(&place, "orders/acme");
    let mut client = place.connect(&id, "", &[]).await.unwrap();
    let foreign = format!("orders/globex/{id}");
    assert_eq!(
        client.ask_for(&[&foreign, &subject, "orders/*"]).await,
        ["not-granted", "granted", "not-granted"]
    );
    place.put("orders", &order_of("globex", &id, "PLACED")).await;
    place.put("orders", &order(&id, "PLACED")).await;
    assert_eq!(client.subjects(1).await, [subject.as_str()]);
    let pong = client.ask(json!({"action": "ping", "id": "mine"})).await;
    assert_eq!((&pong["type"], &pong["data"]["request"]), (&json!("tablecast.pong.v1"), &json!("mine")));
}

#[tokio::test]
async fn who_brings_no_good_token_does_not_come_in() {
    let place = Place::find().await;
    assert!(Socket::connect(&with_query(&place.clients, ""), &[]).await.is_err());
    let good = place.token("ada", "acme").await;
    let (signed, _) = good.rsplit_once('.').unwrap();
    for bad in [format!("{signed}."), format!("{signed}.AAAA"), "token".to_owned()] {
        assert!(
            Socket::connect(&with_query(&place.clients, &format!("token={bad}")), &[]).await.is_err(),
            "{bad}"
        );
    }
    assert!(Socket::connect(&with_query(&place.clients, &format!("token={good}")), &[]).await.is_ok());
}
