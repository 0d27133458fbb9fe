//! Without a clock: a frame hangs for ever, and the limits are nothing or an hour.

use std::cell::Cell;
use std::future::{pending, ready};

use futures_util::future::join_all;
use tokio::time::sleep;

use super::*;

const NOTHING: Duration = Duration::ZERO;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// One slot. A frame that has no result at once is stalled.
const ONE: PacingLimits =
    PacingLimits { connections: 1, stalled: 512, stalled_after: NOTHING, max_stall: HOUR };

fn max_stall(max_stall: Duration) -> (Pacing, Stalled) {
    (Pacing::new(PacingLimits { max_stall, ..ONE }), Stalled::default())
}

#[tokio::test]
async fn a_frame_that_hangs_is_given_up_after_the_longest_stall() {
    let (pacing, mut left) = max_stall(Duration::from_millis(1));
    assert_eq!(pacing.run(&mut left, pending::<()>()).await, None);
    assert!(left.time >= Duration::from_millis(1));
    // The next frame that stalls is not waited for at all.
    assert_eq!(pacing.run(&mut left, pending::<()>()).await, None);
    assert_eq!(pacing.run(&mut left, ready(1)).await, Some(1));
}

#[tokio::test]
async fn a_hanging_frame_does_not_keep_others_waiting() {
    let pacing = &Pacing::new(ONE);
    let (mut of_hanging, mut of_other) = (Stalled::default(), Stalled::default());
    tokio::select! {
        biased;
        _ = pacing.run(&mut of_hanging, pending::<()>()) => panic!("the frame hangs"),
        sent = pacing.run(&mut of_other, ready(1)) => assert_eq!(sent, Some(1)),
        () = sleep(MINUTE) => panic!("the other frame waits"),
    }
}

/// One after the other, they would wait for 100 hours.
#[tokio::test]
async fn hanging_frames_are_waited_for_together() {
    let (pacing, begun) = (&Pacing::new(ONE), &Cell::new(0));
    let hang = async || {
        begun.set(begun.get() + 1);
        pending::<()>().await;
    };
    let hanging = (0..100).map(async |_| pacing.run(&mut Stalled::default(), hang()).await);
    let all_have_begun = async {
        while begun.get() < 100 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = join_all(hanging) => panic!("the frames hang"),
        () = all_have_begun => {}
        () = sleep(MINUTE) => panic!("{} of 100 frames have begun", begun.get()),
    }
}

#[tokio::test]
async fn a_frame_that_does_not_stall_keeps_its_slot() {
    let pacing = &Pacing::new(PacingLimits { stalled_after: HOUR, ..ONE });
    let (mut of_hanging, mut of_other) = (Stalled::default(), Stalled::default());
    tokio::select! {
        biased;
        _ = pacing.run(&mut of_hanging, pending::<()>()) => panic!("the frame hangs"),
        _ = pacing.run(&mut of_other, ready(())) => panic!("there is only one slot"),
        () = sleep(Duration::from_millis(10)) => {}
    }
}

/// Otherwise a busy machine would close the connections of clients that are well.
#[tokio::test]
async fn a_frame_is_not_given_up_while_all_frames_are_slow() {
    let (pacing, mut left) = max_stall(NOTHING);
    pacing.learn(HOUR);
    tokio::select! {
        biased;
        _ = pacing.run(&mut left, pending::<()>()) => panic!("the frame is given up"),
        () = sleep(Duration::from_millis(10)) => {}
    }
}

#[tokio::test]
async fn a_frame_that_is_given_up_does_not_change_the_usual_time() {
    let (pacing, mut left) = max_stall(Duration::from_millis(1));
    assert_eq!(pacing.run(&mut left, pending::<()>()).await, None);
    assert_eq!(pacing.usual(), NOTHING);
}

#[tokio::test]
async fn frames_that_do_not_stall_do_not_count_as_stalled() {
    let (pacing, mut left) = (Pacing::new(PacingLimits { stalled_after: HOUR, ..ONE }), Stalled::default());
    for n in 0..1000 {
        assert_eq!(pacing.run(&mut left, ready(n)).await, Some(n));
    }
    assert_eq!(left.time, NOTHING);
}

/// Otherwise its own frames would give it as much time as it takes.
#[tokio::test]
async fn a_slow_connection_does_not_change_the_usual_time() {
    let (pacing, mut slow) = (Pacing::new(PacingLimits { stalled_after: HOUR, ..ONE }), Stalled::default());
    (0..4).for_each(|_| pacing.learn(Duration::from_millis(1)));
    for _ in 0..10 {
        pacing.run(&mut slow, sleep(Duration::from_millis(20))).await;
    }
    assert_eq!(pacing.usual(), Duration::from_millis(1));
}

#[test]
fn the_stall_of_one_connection_has_an_end() {
    let (pacing, _) = max_stall(MINUTE);
    pacing.learn(HOUR);
    assert_eq!(pacing.max_stall(), MINUTE * 3);
}
