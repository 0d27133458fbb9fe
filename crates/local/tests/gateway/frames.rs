//! The frames of outgoing messages.

use crate::raw_client::{CONTINUATION, Frame, RawClient, TEXT};
use crate::support::{connection_id, gateway};

const FRAME: usize = 32 * 1024;

async fn frames_of(length: usize, count: usize) -> Vec<Frame> {
    let mut test = gateway().await;
    let mut raw = RawClient::connect(test.address).await;
    let id = connection_id(&test.called("connect").await);
    assert_eq!(test.post(&id, &vec![b'x'; length]).await, 200);
    assert_eq!(test.post(&id, b"next").await, 200);
    let mut frames = Vec::new();
    for _ in 0..count {
        frames.push(raw.receive().await);
    }
    assert_eq!(raw.receive().await.payload, b"next");
    frames
}

fn shape(frames: &[Frame]) -> Vec<(bool, u8, usize)> {
    frames.iter().map(|frame| (frame.last, frame.opcode, frame.payload.len())).collect()
}

#[tokio::test]
async fn a_message_of_32_kb_is_one_frame() {
    assert_eq!(shape(&frames_of(FRAME, 1).await), [(true, TEXT, FRAME)]);
}

#[tokio::test]
async fn a_longer_message_is_sent_in_frames_of_32_kb() {
    let expected = [(false, TEXT, FRAME), (true, CONTINUATION, 1)];
    assert_eq!(shape(&frames_of(FRAME + 1, 2).await), expected);
}

#[tokio::test]
async fn the_longest_message_is_sent_in_four_frames() {
    let (first, between, last) =
        ((false, TEXT, FRAME), (false, CONTINUATION, FRAME), (true, CONTINUATION, FRAME));
    assert_eq!(shape(&frames_of(4 * FRAME, 4).await), [first, between, between, last]);
}
