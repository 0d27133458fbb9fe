//! API Gateway's limits, each tested at the limit and just over it.

use std::time::Duration;

use crate::raw_client::{BINARY, CONTINUATION, PING, PONG, RawClient, TEXT};
use crate::support::{TestGateway, connection_id, gateway, gateway_with};

const FRAME: usize = 32 * 1024;
const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

async fn raw() -> (TestGateway, RawClient) {
    let routes = [("$connect", "connect"), ("$disconnect", "disconnect"), ("$default", "message")];
    let mut test = gateway_with(&routes).await;
    let raw = RawClient::connect(test.address).await;
    test.called("connect").await;
    (test, raw)
}

async fn assert_closed(mut test: TestGateway, mut raw: RawClient, code: u16) {
    assert_eq!(raw.is_closed().await, code);
    let event = test.called("disconnect").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], code);
    assert_eq!(test.post(&connection_id(&event), b"x").await, 410);
}

#[tokio::test]
async fn a_frame_of_32_kb_is_a_message() {
    let (mut test, mut raw) = raw().await;
    raw.send(true, TEXT, &[b'x'; FRAME]).await;
    assert_eq!(test.called("message").await["body"].as_str().unwrap().len(), FRAME);
}

#[tokio::test]
async fn a_longer_frame_is_too_big() {
    let (test, mut raw) = raw().await;
    raw.send(true, TEXT, &[b'x'; FRAME + 1]).await;
    assert_closed(test, raw, 1009).await;
}

#[tokio::test]
async fn a_frame_header_over_the_limit_is_too_big() {
    let (test, mut raw) = raw().await;
    raw.send_header(true, TEXT, usize::MAX).await;
    assert_closed(test, raw, 1009).await;
}

#[tokio::test]
async fn a_message_of_128_kb_is_a_message() {
    let (mut test, mut raw) = raw().await;
    raw.send(false, TEXT, &[b'x'; FRAME]).await;
    raw.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    raw.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    raw.send(true, CONTINUATION, &[b'x'; FRAME]).await;
    assert_eq!(test.called("message").await["body"].as_str().unwrap().len(), 4 * FRAME);
}

#[tokio::test]
async fn a_longer_message_is_too_big() {
    let (test, mut raw) = raw().await;
    raw.send(false, TEXT, &[b'x'; FRAME]).await;
    for _ in 0..3 {
        raw.send(false, CONTINUATION, &[b'x'; FRAME]).await;
    }
    raw.send(true, CONTINUATION, b"x").await;
    assert_closed(test, raw, 1009).await;
}

#[tokio::test]
async fn binary_frames_are_not_supported() {
    let (test, mut raw) = raw().await;
    raw.send(true, BINARY, b"x").await;
    assert_closed(test, raw, 1003).await;
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_the_connection() {
    let (test, mut raw) = raw().await;
    raw.send(true, TEXT, b"\xff").await;
    assert_closed(test, raw, 1007).await;
}

#[tokio::test]
async fn a_continuation_without_a_message_is_a_protocol_error() {
    let (test, mut raw) = raw().await;
    raw.send(true, CONTINUATION, b"x").await;
    assert_closed(test, raw, 1002).await;
}

#[tokio::test]
async fn a_control_frame_has_at_most_125_bytes() {
    let (test, mut raw) = raw().await;
    raw.send(true, PING, &[b'x'; 125]).await;
    assert_eq!(raw.receive().await.payload, [b'x'; 125]);
    raw.send(true, PING, &[b'x'; 126]).await;
    assert_closed(test, raw, 1002).await;
}

#[tokio::test]
async fn a_client_that_floods_pings_loses_pongs_but_no_messages() {
    const PINGS: usize = 100_000;
    let mut test = gateway().await;
    let mut raw = RawClient::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    for _ in 0..PINGS {
        raw.send(true, PING, &[b'x'; 125]).await;
    }
    assert_eq!(test.post(&id, &[b'x'; FRAME]).await, 200);
    let mut pongs = 0;
    let message = loop {
        match raw.receive().await {
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
    client.receive().await;
    test.clock.advance(9 * MINUTE);
    assert!(client.is_open().await);
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await.0, 1001);
}

#[tokio::test]
async fn a_message_from_the_client_is_activity() {
    let mut test = gateway_with(&[("$connect", "connect"), ("$default", "message")]).await;
    let (mut client, _) = test.connect().await;
    test.clock.advance(9 * MINUTE);
    client.send("x").await;
    test.called("message").await;
    test.clock.advance(9 * MINUTE);
    assert!(client.is_open().await);
    test.clock.advance(MINUTE);
    assert_eq!(client.is_closed().await.0, 1001);
}

#[tokio::test]
async fn a_busy_connection_lasts_2_hours() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    for _ in 0..13 {
        test.clock.advance(9 * MINUTE);
        assert_eq!(test.post(&id, b"x").await, 200);
        client.receive().await;
    }
    test.clock.advance(2 * MINUTE);
    assert!(client.is_open().await, "open for 1 h 59 min");
    test.clock.advance(59 * SECOND + SECOND);
    assert_eq!(client.is_closed().await, (1001, "Going away".to_owned()));
}
