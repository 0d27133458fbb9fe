use std::net::Ipv4Addr;

use super::*;

fn open() -> (Connection, Queue) {
    let identity = Identity { source_ip: Ipv4Addr::LOCALHOST.into(), user_agent: None };
    Connection::new("id=".into(), identity, Clock::new())
}

#[test]
fn the_send_buffer_is_bounded_and_sent_messages_free_it() {
    let (connection, mut queue) = open();
    let message = Bytes::from(vec![b'x'; 64 * 1024 - MESSAGE_OVERHEAD_BYTES]);
    for _ in 0..16 {
        assert_eq!(connection.post(message.clone()), Ok(()));
    }
    assert_eq!(connection.post(Bytes::new()), Err(PostError::BufferFull));
    drop(queue.try_recv().unwrap());
    assert_eq!(connection.post(message), Ok(()));
}

#[test]
fn empty_messages_fill_the_send_buffer_too() {
    let (connection, _queue) = open();
    let maximum = SEND_BUFFER_BYTES / MESSAGE_OVERHEAD_BYTES;
    let accepted = (0..maximum + 1).take_while(|_| connection.post(Bytes::new()).is_ok()).count();
    assert_eq!(accepted, maximum);
}

#[test]
fn a_connection_without_a_session_accepts_no_messages() {
    let (connection, queue) = open();
    drop(queue);
    assert_eq!(connection.post(Bytes::new()), Err(PostError::Gone));
}

#[tokio::test]
async fn the_first_close_reason_counts() {
    let (connection, _queue) = open();
    connection.close(CloseReason::NORMAL);
    connection.close(CloseReason::GOING_AWAY);
    assert_eq!(connection.close_requested().await, CloseReason::NORMAL);
}
