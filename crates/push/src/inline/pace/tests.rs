//! Without a clock: a post hangs for ever, and a straggler is known at once or never.

use std::cell::Cell;
use std::future::{pending, ready};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::*;

const NOTHING: Duration = Duration::ZERO;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// One slot.
const LIMITS: InlineLimits =
    InlineLimits { budget: HOUR, posts: 1, stragglers: 100, straggler_after: NOTHING };

/// So quick a process that each post makes a straggler if it has no result at once.
fn quick() -> Usual {
    let usual = Usual::new(NOTHING);
    (0..100).for_each(|_| usual.learn(NOTHING));
    usual
}

async fn ends(work: impl Future) {
    tokio::select! {
        biased;
        _ = work => {}
        () = sleep(MINUTE) => panic!("it does not end"),
    }
}

#[tokio::test]
async fn a_hanging_post_does_not_keep_others_waiting() {
    let usual = quick();
    let pace = Pace::new(LIMITS, &usual, 2);
    let (mut hanging, mut other) = (pace.poster(), pace.poster());
    tokio::select! {
        biased;
        _ = hanging.post(pending::<()>()) => panic!("the post hangs"),
        posted = other.post(ready(1)) => assert_eq!(posted, Some(1)),
        () = sleep(MINUTE) => panic!("the other post waits"),
    }
}

#[tokio::test]
async fn hanging_posts_are_on_their_way_together() {
    let (usual, begun) = (quick(), &Cell::new(0));
    let pace = &Pace::new(LIMITS, &usual, 100);
    let hang = async || {
        begun.set(begun.get() + 1);
        pending::<()>().await;
    };
    let hanging = (0..100).map(async |_| pace.poster().post(hang()).await);
    tokio::select! {
        biased;
        _ = join_all(hanging) => panic!("the posts hang"),
        () = ends(pace.only_stragglers_are_left()) => {}
    }
    assert_eq!(begun.get(), 100);
}

#[tokio::test]
async fn a_post_is_given_up_if_there_are_too_many_stragglers() {
    let usual = quick();
    let pace = Pace::new(InlineLimits { stragglers: 1, ..LIMITS }, &usual, 2);
    let (mut first, mut second) = (pace.poster(), pace.poster());
    tokio::select! {
        biased;
        _ = first.post(pending::<()>()) => panic!("the post hangs"),
        given_up = second.post(pending::<()>()) => assert_eq!(given_up, None),
        () = sleep(MINUTE) => panic!("the second post is waited for"),
    }
}

#[tokio::test]
async fn a_post_that_is_not_slow_keeps_its_slot() {
    let usual = Usual::new(HOUR);
    let pace = Pace::new(LIMITS, &usual, 2);
    let (mut hanging, mut other) = (pace.poster(), pace.poster());
    tokio::select! {
        biased;
        _ = hanging.post(pending::<()>()) => panic!("the post hangs"),
        _ = other.post(ready(())) => panic!("there is only one slot"),
        () = pace.only_stragglers_are_left() => panic!("nobody is a straggler"),
        () = sleep(Duration::from_millis(10)) => {}
    }
}

#[tokio::test]
async fn a_straggler_that_is_done_later_posts_its_other_frames() {
    let usual = quick();
    let pace = Pace::new(LIMITS, &usual, 1);
    let mut poster = pace.poster();
    let (done, is_done) = oneshot::channel();
    let end = async {
        pace.only_stragglers_are_left().await;
        done.send(()).unwrap();
    };
    assert_eq!(tokio::join!(poster.post(is_done), end).0, Some(Ok(())));
    assert!(poster.straggler.is_some());
    // Without a slot.
    let _slot = pace.slots.acquire().await.unwrap();
    assert_eq!(poster.post(ready(2)).await, Some(2));
}

#[tokio::test]
async fn a_batch_waits_for_all_that_are_no_stragglers() {
    let usual = Usual::new(HOUR);
    let pace = Pace::new(LIMITS, &usual, 2);
    drop(pace.poster());
    tokio::select! {
        biased;
        () = pace.only_stragglers_are_left() => panic!("one has posted nothing yet"),
        () = sleep(Duration::from_millis(10)) => {}
    }
    drop(pace.poster());
    ends(pace.only_stragglers_are_left()).await;
}

/// Otherwise a busy machine would hand over the channels of clients that are well.
#[tokio::test]
async fn only_the_first_post_of_a_connection_is_learned() {
    let usual = Usual::new(NOTHING);
    let pace = Pace::new(LIMITS, &usual, 1);
    let (before, mut poster) = (usual.limit(), pace.poster());
    for _ in 0..100 {
        poster.post(ready(())).await;
    }
    assert_eq!(usual.limit(), before);
}
