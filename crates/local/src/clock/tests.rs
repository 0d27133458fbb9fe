use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn is_pending(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending
}

#[test]
fn clones_show_the_same_time() {
    let clock = Clock::new();
    let before = (clock.now(), clock.epoch_millis());
    clock.clone().advance(HOUR);
    assert!(clock.now() - before.0 >= HOUR);
    assert!(clock.epoch_millis() - before.1 >= 3_600_000);
}

#[tokio::test]
async fn advancing_the_clock_past_a_deadline_wakes_the_sleeper() {
    let clock = Clock::new();
    let mut asleep = pin!(clock.sleep_until(clock.now() + HOUR));
    assert!(is_pending(asleep.as_mut()));
    clock.advance(HOUR - Duration::from_secs(60));
    assert!(is_pending(asleep.as_mut()));
    clock.advance(Duration::from_secs(60));
    asleep.await;
}

#[tokio::test]
async fn a_sleeper_wakes_as_time_passes() {
    let clock = Clock::new();
    clock.sleep_until(clock.now() + Duration::from_millis(5)).await;
}

#[test]
fn no_advance_overflows() {
    let clock = Clock::new();
    clock.advance(Duration::MAX);
    clock.advance(Duration::MAX);
    assert!(clock.now() + HOUR > clock.now());
}
