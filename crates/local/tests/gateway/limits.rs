//! API Gateway's limits, each at the limit and just over it.

use std::time::Duration;

use crate::support::{TestGateway, connection_id, gateway, gateway_with};
use crate::wire::{BINARY, CONTINUATION, PING, PONG, TEXT, Wire};

const FRAME: usize = 32 * 1024;
const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

async fn wire() -> (TestGateway, Wire) {
    let routes = [("$connect", "connect"), ("$disconnect", "disconnect"), ("$default", "message")];
    let mut test = gateway_with(&routes).await;
    let wire = Wire::connect(test.address).await;
    test.called("connect").await;
    (test, wire)
}

async fn assert_closed(mut test: TestGateway, mut wire: Wire, code: u16) {
    assert_eq!(wire.is_closed().await, code);
    let event = test.called("disconnect").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], code);
    assert_eq!(test.post(&connection_id(&event), b"x").await, 410);
}

#[tokio::test]
async fn a_frame_of_32_kb_is_a_message() {
    let (mut test, mut wire) = wire().await;
    wire.send(true, TEXT, &[b'x'; FRAME]).await;
    assert_eq!(test.called("message").await["body"].as_str().unwrap().len(), FRAME);
}

#[tokio::test]
async fn a_longer_frame_is_too_big() {
    let (test, mut wire) = wire().await;
    wire.send(true, TEXT, &[b'x'; FRAME + 1]).await;
    assert_closed(test, wire, 1009).await;
}

#[tokio::test]
async fn a_frame_that_only_announces_too_much_is_too_big() {
    let (test, mut wire) = wire().await;
    wire.send_header(true, TEXT, usize::MAX).await;
    assert_closed(test, wire, 1009).await;
}

#[tokio::test]
async fn a_message_of_128_kb_is_a_message() {
    let (mut test, mut wire) = wire().await;
    wire.send(false, TEXT, &[b'x'; FRAME]).await;
    wire.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    wire.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    wire.send(true, CONTINUATION, &[b'x'; FRAME]).await;
    assert_eq!(test.called("message").await["body"].as_str().unwrap().len(), 4 * FRAME);
}

#[tokio::test]
async fn a_longer_message_is_too_big() {
    let (test, mut wire) = wire().await;
    wire.send(false, TEXT, &[b'x'; FRAME]).await;
    for _ in 0..3 {
        wire.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    }
    wire.send(true, CONTINUATION, b"x").await;
    assert_closed(test, wire, 1009).await;
}

#[tokio::test]
async fn binary_frames_are_not_supported() {
    let (test, mut wire) = wire().await;
    wire.send(true, BINARY, b"x").await;
    assert_closed(test, wire, 1003).await;
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused() {
    let (test, mut wire) = wire().await;
    wire.send(true, TEXT, b"\xff").await;
    assert_closed(test, wire, 1007).await;
}

#[tokio::test]
async fn a_continuation_of_nothing_breaks_the_protocol() {
    let (test, mut wire) = wire().await;
    wire.send(true, CONTINUATION, b"x").await;
    assert_closed(test, wire, 1002).await;
}

#[tokio::test]
async fn a_control_frame_has_125_bytes_at_most() {
    let (test, mut wire) = wire().await;
    wire.send(true, PING, &[b'x'; 125]).await;
    assert_eq!(wire.receive().await.payload, [b'x'; 125]);
    wire.send(true, PING, &[b'x'; 126]).await;
    assert_closed(test, wire, 1002).await;
}

#[tokio::test]
async fn a_client_that_floods_pings_and_does_not_read_loses_pongs_and_no_message() {
    const PINGS: usize = 100_000;
    let mut test = gateway().await;
    let mut wire = Wire::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    for _ in 0..PINGS {
        wire.send(true, PING, &[b'x'; 125]).await;
    }
    assert_eq!(test.post(&id, &[b'x'; FRAME]).await, 200);
    let mut pongs = 0;
    let message = loop {
        match wire.receive().await {
            frame if frame.opcode == PONG => pongs += 1,
            frame => break frame,
        }
    };
    assert_eq!((message.opcode, message.payload.len()), (TEXT, FRAME));
    assert!(pongs < PINGS, "the buffer was never full");
}

#[tokio::test]
async fn a_connection_may_be_idle_for_10_minutes() {
    let mut test = gateway().await;
    let (mut client, _) = test.connect().await;
    test.clock.advance(9 * MINUTE);
    assert!(client.is_open().await);
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await, (1001, "Going away".to_owned()));
    let event = test.called("disconnect").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], 1001);
    assert_eq!(event["requestContext"]["disconnectReason"], "Going away");
}

#[tokio::test]
async fn pings_are_no_activity() {
    let mut test = gateway().await;
    let (mut client, _) = test.connect().await;
    for _ in 0..9 {
        test.clock.advance(MINUTE);
        assert!(client.is_open().await);
    }
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await.0, 1001);
}

#[tokio::test]
async fn a_message_to_the_client_is_activity() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    test.clock.advance(9 * MINUTE);
    assert_eq!(test.post(&id, b"x").await, 200);
    client.hears().await;
    test.clock.advance(9 * MINUTE);
    assert!(client.is_open().await);
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await.0, 1001);
}

#[tokio::test]
async fn a_message_of_the_client_is_activity() {
    let mut test = gateway_with(&[("$connect", "connect"), ("$default", "message")]).await;
    let (mut client, _) = test.connect().await;
    test.clock.advance(9 * MINUTE);
    client.say("x").await;
    test.called("message").await;
    test.clock.advance(9 * MINUTE);
    assert!(client.is_open().await);
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await.0, 1001);
}

#[tokio::test]
async fn a_connection_lasts_2_hours_however_busy_it_is() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    for _ in 0..13 {
        test.clock.advance(9 * MINUTE);
        assert_eq!(test.post(&id, b"x").await, 200);
        client.hears().await;
    }
    test.clock.advance(2 * MINUTE);
    assert!(client.is_open().await, "open for 1 h 59 min");
    test.clock.advance(59 * SECOND + SECOND);
    assert_eq!(client.is_closed().await, (1001, "Going away".to_owned()));
}
