//! The end of connections. The gateway calls `$disconnect` once for each.

use std::pin::pin;
use std::sync::Arc;

use futures_util::poll;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::raw_client::RawClient;
use crate::support::{Behavior, Client, connection_id, gateway, in_time, rejected};

fn ending(event: &Value) -> (u64, &str) {
    let context = &event["requestContext"];
    (context["disconnectStatusCode"].as_u64().unwrap(), context["disconnectReason"].as_str().unwrap())
}

#[tokio::test]
async fn disconnect_receives_the_close_code_and_reason_of_the_client() {
    let mut test = gateway().await;
    for (sent, expected) in [
        (Some((1000, "bye")), (1000, "bye")),
        (Some((4001, "mine")), (4001, "mine")),
        (None, (1005, "Client-side close frame status not set")),
    ] {
        let (mut client, id) = test.connect().await;
        client.close(sent).await;
        let event = test.called("disconnect").await;
        assert_eq!(ending(&event), expected);
        assert_eq!(connection_id(&event), id);
        assert_eq!(test.post(&id, b"x").await, 410);
    }
    assert!(test.nothing_more_called(), "one call for each connection");
}

#[tokio::test]
async fn disconnect_is_called_for_a_lost_client() {
    let mut test = gateway().await;
    let (client, id) = test.connect().await;
    drop(client);
    let event = test.called("disconnect").await;
    assert_eq!((ending(&event).0, connection_id(&event)), (1006, id.clone()));
    assert_eq!(test.post(&id, b"x").await, 410);
}

#[tokio::test]
async fn disconnect_is_called_for_a_client_that_leaves_during_connect() {
    let mut test = gateway().await;
    let permit = Arc::new(Semaphore::new(0));
    test.functions.set("connect", Behavior::ReturnsAfter(permit.clone(), json!({"statusCode": 200})));
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await.map(|_| ()) });
    let id = connection_id(&test.called("connect").await);
    connecting.abort();
    let _ = connecting.await;
    permit.add_permits(1);
    let event = test.called("disconnect").await;
    assert_eq!((ending(&event).0, connection_id(&event)), (1006, id));
}

#[tokio::test]
async fn a_client_that_ignores_a_close_frame_is_cut_off() {
    let mut test = gateway().await;
    let mut raw = RawClient::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    assert_eq!(test.http().await.delete(&id).await.status, 204);
    assert_eq!(ending(&test.called("disconnect").await).0, 1000);
    // The client neither answers nor hangs up.
    assert_eq!(raw.is_closed().await, 1000);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_after_a_close() {
    let mut test = gateway().await;
    let _wire = RawClient::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    let mut http = test.http().await;
    while http.post(&id, &[b'x'; 64 * 1024]).await.status == 200 {}
    assert_eq!(http.delete(&id).await.status, 204);
    assert_eq!(ending(&test.called("disconnect").await).0, 1000);
}

#[tokio::test]
async fn a_failing_disconnect_function_does_not_affect_other_clients() {
    let mut test = gateway().await;
    test.functions.set("disconnect", Behavior::Fails);
    let (client, _) = test.connect().await;
    drop(client);
    test.called("disconnect").await;
    let (mut client, _) = test.connect().await;
    assert!(client.is_open().await);
}

#[tokio::test]
async fn stop_closes_all_connections_and_waits_for_disconnect() {
    let mut test = gateway().await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(test.connect().await.0);
    }
    let reading = tokio::spawn(async move {
        for client in &mut clients {
            assert_eq!(client.is_closed().await, (1001, "Going away".to_owned()));
        }
    });
    in_time(test.gateway.stop()).await;
    for _ in 0..5 {
        assert_eq!(ending(&test.called("disconnect").await).0, 1001);
    }
    in_time(reading).await.unwrap();
    assert_eq!(rejected(Client::connect(test.address, "/", &[]).await).0, 503);
}

#[tokio::test]
async fn stop_does_not_wait_forever() {
    let mut test = gateway().await;
    let never = Arc::new(Semaphore::new(0));
    test.functions.set("disconnect", Behavior::ReturnsAfter(never, json!({})));
    let (client, _) = test.connect().await;
    drop(client);
    test.called("disconnect").await;
    in_time(test.gateway.stop()).await;
}

#[tokio::test]
async fn a_client_that_connects_during_stop_is_closed() {
    let mut test = gateway().await;
    let permit = Arc::new(Semaphore::new(0));
    test.functions.set("connect", Behavior::ReturnsAfter(permit.clone(), json!({"statusCode": 200})));
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await.unwrap().0 });
    test.called("connect").await;
    let mut stopping = pin!(test.gateway.stop());
    assert!(poll!(stopping.as_mut()).is_pending());
    permit.add_permits(1);
    assert_eq!(in_time(connecting).await.unwrap().is_closed().await.0, 1001);
    in_time(stopping).await;
}
