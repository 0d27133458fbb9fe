//! How connections end: `$disconnect` is called once for each.

use std::pin::pin;
use std::sync::Arc;

use futures_util::poll;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Answer, Client, connection_id, gateway, refused, soon};
use crate::wire::Wire;

fn ending(event: &Value) -> (u64, &str) {
    let context = &event["requestContext"];
    (context["disconnectStatusCode"].as_u64().unwrap(), context["disconnectReason"].as_str().unwrap())
}

#[tokio::test]
async fn the_function_is_told_what_the_client_said_when_it_closed() {
    let mut test = gateway().await;
    for (said, told) in [
        (Some((1000, "bye")), (1000, "bye")),
        (Some((4001, "mine")), (4001, "mine")),
        (None, (1005, "Client-side close frame status not set")),
    ] {
        let (mut client, id) = test.connect().await;
        client.close(said).await;
        let event = test.called("disconnect").await;
        assert_eq!(ending(&event), told);
        assert_eq!(connection_id(&event), id);
        assert_eq!(test.post(&id, b"x").await, 410);
    }
    assert!(test.nothing_more_called(), "once for each");
}

#[tokio::test]
async fn a_lost_client_is_disconnected_too() {
    let mut test = gateway().await;
    let (client, id) = test.connect().await;
    drop(client);
    let event = test.called("disconnect").await;
    assert_eq!((ending(&event).0, connection_id(&event)), (1006, id.clone()));
    assert_eq!(test.post(&id, b"x").await, 410);
}

#[tokio::test]
async fn a_client_that_leaves_while_connect_runs_is_disconnected_too() {
    let mut test = gateway().await;
    let permit = Arc::new(Semaphore::new(0));
    test.functions.answer("connect", Answer::SaysAfter(permit.clone(), json!({"statusCode": 200})));
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
async fn a_client_that_ignores_a_close_is_cut_off() {
    let mut test = gateway().await;
    let mut wire = Wire::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    assert_eq!(test.http().await.delete(&id).await.status, 204);
    assert_eq!(ending(&test.called("disconnect").await).0, 1000);
    // It neither answers nor hangs up.
    assert_eq!(wire.is_closed().await, 1000);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_when_it_is_closed() {
    let mut test = gateway().await;
    let _wire = Wire::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    let mut http = test.http().await;
    while http.post(&id, &[b'x'; 64 * 1024]).await.status == 200 {}
    assert_eq!(http.delete(&id).await.status, 204);
    assert_eq!(ending(&test.called("disconnect").await).0, 1000);
}

#[tokio::test]
async fn a_failing_disconnect_function_harms_nobody() {
    let mut test = gateway().await;
    test.functions.answer("disconnect", Answer::Fails);
    let (client, _) = test.connect().await;
    drop(client);
    test.called("disconnect").await;
    let (mut client, _) = test.connect().await;
    assert!(client.is_open().await);
}

#[tokio::test]
async fn stop_closes_everybody_and_waits_until_they_are_disconnected() {
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
    soon(test.gateway.stop()).await;
    for _ in 0..5 {
        assert_eq!(ending(&test.called("disconnect").await).0, 1001);
    }
    soon(reading).await.unwrap();
    assert_eq!(refused(Client::connect(test.address, "/", &[]).await).0, 503);
}

#[tokio::test]
async fn stop_does_not_wait_for_ever() {
    let mut test = gateway().await;
    let never = Arc::new(Semaphore::new(0));
    test.functions.answer("disconnect", Answer::SaysAfter(never, json!({})));
    let (client, _) = test.connect().await;
    drop(client);
    test.called("disconnect").await;
    soon(test.gateway.stop()).await;
}

#[tokio::test]
async fn who_is_connecting_during_the_stop_is_closed() {
    let mut test = gateway().await;
    let permit = Arc::new(Semaphore::new(0));
    test.functions.answer("connect", Answer::SaysAfter(permit.clone(), json!({"statusCode": 200})));
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await.unwrap().0 });
    test.called("connect").await;
    let mut stopping = pin!(test.gateway.stop());
    assert!(poll!(stopping.as_mut()).is_pending());
    permit.add_permits(1);
    assert_eq!(soon(connecting).await.unwrap().is_closed().await.0, 1001);
    soon(stopping).await;
}
