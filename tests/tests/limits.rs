//! The shipped program has API Gateway's limits; the gateway's own tests know them in detail.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const FRAME: usize = 32 * 1024;

async fn machine() -> (Machine, Socket) {
    let machine = Machine::start_with(&["--test-clock"]).await;
    let client = machine.subscribe(&["profiles/ada"]).await;
    (machine, client)
}

/// A part of a message.
fn frame(opcode: Data, bytes: usize, is_last: bool) -> Message {
    Message::Frame(Frame::message(vec![b'x'; bytes], OpCode::Data(opcode), is_last))
}

/// It is no message that we know, and that is an answer.
async fn assert_is_answered(client: &mut Socket) {
    while client.event().await["type"] != "tablecast.error.v1" {}
}

/// What comes before the answer to a message.
async fn until_answered(client: &mut Socket) -> Vec<Value> {
    client.send(Message::from("{}")).await;
    let mut before = Vec::new();
    loop {
        match client.event().await {
            event if event["type"] == "tablecast.error.v1" => return before,
            event => before.push(event),
        }
    }
}

/// A function that has just answered when the clock is moved took too long: the gateway says so first, and the idle time
/// begins anew. An old connection is asked for another.
async fn closed(machine: &Machine, client: &mut Socket) -> u16 {
    loop {
        match client.next().await {
            Message::Text(text) if text.contains("Endpoint request timed out") => {
                machine.advance("10m").await
            }
            Message::Text(text) => assert!(text.contains("tablecast.reconnect.v1"), "{text}"),
            Message::Close(Some(frame)) => return frame.code.into(),
            other => panic!("not closed: {other:?}"),
        }
    }
}

#[tokio::test]
async fn ten_idle_minutes_end_a_connection() {
    let (machine, mut client) = machine().await;
    machine.advance("590s").await;
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.event().await;
    machine.advance("590s").await;
    until_answered(&mut client).await;
    machine.advance("10m").await;
    assert_eq!(closed(&machine, &mut client).await, 1001);
}

#[tokio::test]
async fn two_hours_end_a_connection_that_was_never_idle() {
    let (machine, mut client) = machine().await;
    for _ in 0..13 {
        machine.advance("9m").await;
        until_answered(&mut client).await;
    }
    machine.advance("3m").await;
    assert_eq!(closed(&machine, &mut client).await, 1001);
}

#[tokio::test]
async fn a_quarter_of_an_hour_before_it_ends_a_connection_is_asked_for_another() {
    let (machine, mut client) = machine().await;
    let mut before = Vec::new();
    for minutes in [9; 11].into_iter().chain([8, 8]) {
        before.extend(until_answered(&mut client).await);
        machine.advance(&format!("{minutes}m")).await;
    }
    // With the answer of the 99th minute, too. Of the 107th it depends on the connection.
    assert!(before.iter().all(|event| event["type"] != "tablecast.reconnect.v1"), "{before:?}");
    until_answered(&mut client).await;
    let event = client.event().await;
    assert_eq!(event["type"], "tablecast.reconnect.v1");
    assert_data_is_valid(&event);
}

#[tokio::test]
async fn a_message_of_128_kb_is_taken_and_a_longer_one_is_too_big() {
    let (_machine, mut client) = machine().await;
    for last in [FRAME, FRAME + 1] {
        client.send(frame(Data::Text, FRAME, false)).await;
        for _ in 0..2 {
            client.send(frame(Data::Continue, FRAME, false)).await;
        }
        match last {
            FRAME => {
                client.send(frame(Data::Continue, FRAME, true)).await;
                assert_is_answered(&mut client).await;
            }
            _ => {
                client.send(frame(Data::Continue, FRAME, false)).await;
                client.send(frame(Data::Continue, 1, true)).await;
                assert_eq!(client.closed().await, 1009);
            }
        }
    }
}

#[tokio::test]
async fn a_frame_of_32_kb_is_taken_and_a_longer_one_is_too_big() {
    let (_machine, mut client) = machine().await;
    client.send(frame(Data::Text, FRAME, true)).await;
    assert_is_answered(&mut client).await;
    client.send(frame(Data::Text, FRAME + 1, true)).await;
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn binary_messages_are_not_supported() {
    let (_machine, mut client) = machine().await;
    client.send(Message::binary(vec![1])).await;
    assert_eq!(client.closed().await, 1003);
}
