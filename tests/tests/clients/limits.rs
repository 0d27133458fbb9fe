//! The local mode has the limits of API Gateway. The tests of crates/local cover them in detail.

use serde_json::Value;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const FRAME: usize = 32 * 1024;

async fn local() -> (LocalMode, Socket) {
    let local = LocalMode::start_with(&["--test-clock"]).await;
    let client = local.subscribe(&["profiles/ada"]).await;
    (local, client)
}

/// Builds one frame of a message.
fn frame(opcode: Data, bytes: usize, is_last: bool) -> Message {
    Message::Frame(Frame::message(vec![b'x'; bytes], OpCode::Data(opcode), is_last))
}

/// Waits for the error that `subscribe` sends for an unknown message.
async fn wait_for_error(client: &mut Socket) {
    while client.event().await["type"] != "tablecast.error.v1" {}
}

/// Sends an invalid message and returns the events before the error.
async fn events_before_error(client: &mut Socket) -> Vec<Value> {
    client.send(Message::from("{}")).await;
    let mut before = Vec::new();
    loop {
        match client.event().await {
            event if event["type"] == "tablecast.error.v1" => return before,
            event => before.push(event),
        }
    }
}

/// Waits until the connection is closed and returns the code.
///
/// If the clock advances while a function runs, the gateway sends a timeout first and the idle time starts
/// again. An old connection receives a request to reconnect.
async fn close_code(local: &LocalMode, client: &mut Socket) -> u16 {
    loop {
        match client.next().await {
            Message::Text(text) if text.contains("Endpoint request timed out") => local.advance("10m").await,
            Message::Text(text) => assert!(text.contains("tablecast.reconnect.v1"), "{text}"),
            Message::Close(Some(frame)) => return frame.code.into(),
            other => panic!("the connection is not closed: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_gateway_closes_a_connection_after_ten_idle_minutes() {
    let (local, mut client) = local().await;
    local.advance("590s").await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.event().await;
    local.advance("590s").await;
    events_before_error(&mut client).await;
    local.advance("10m").await;
    assert_eq!(close_code(&local, &mut client).await, 1001);
}

#[tokio::test]
async fn the_gateway_closes_a_busy_connection_after_two_hours() {
    let (local, mut client) = local().await;
    for _ in 0..13 {
        local.advance("9m").await;
        events_before_error(&mut client).await;
    }
    local.advance("3m").await;
    assert_eq!(close_code(&local, &mut client).await, 1001);
}

#[tokio::test]
async fn a_client_receives_a_reconnect_event_before_the_two_hours_end() {
    let (local, mut client) = local().await;
    let mut before = Vec::new();
    for minutes in [9; 11].into_iter().chain([8, 8]) {
        before.extend(events_before_error(&mut client).await);
        local.advance(&format!("{minutes}m")).await;
    }
    // No request up to minute 99. At minute 107 it depends on the connection.
    assert!(before.iter().all(|event| event["type"] != "tablecast.reconnect.v1"), "{before:?}");
    events_before_error(&mut client).await;
    let event = client.event().await;
    assert_eq!(event["type"], "tablecast.reconnect.v1");
    assert_data_is_valid(&event);
}

#[tokio::test]
async fn a_message_of_more_than_128_kb_closes_the_connection() {
    let (_machine, mut client) = local().await;
    for last in [FRAME, FRAME + 1] {
        client.send(frame(Data::Text, FRAME, false)).await;
        for _ in 0..2 {
            client.send(frame(Data::Continue, FRAME, false)).await;
        }
        match last {
            FRAME => {
                client.send(frame(Data::Continue, FRAME, true)).await;
                wait_for_error(&mut client).await;
            }
            _ => {
                client.send(frame(Data::Continue, FRAME, false)).await;
                client.send(frame(Data::Continue, 1, true)).await;
                assert_eq!(client.close_code().await, 1009);
            }
        }
    }
}

#[tokio::test]
async fn a_frame_of_more_than_32_kb_closes_the_connection() {
    let (_machine, mut client) = local().await;
    client.send(frame(Data::Text, FRAME, true)).await;
    wait_for_error(&mut client).await;
    client.send(frame(Data::Text, FRAME + 1, true)).await;
    assert_eq!(client.close_code().await, 1009);
}

#[tokio::test]
async fn a_binary_message_closes_the_connection() {
    let (_machine, mut client) = local().await;
    client.send(Message::binary(vec![1])).await;
    assert_eq!(client.close_code().await, 1003);
}
