//! Token buckets in the table.

use futures_util::future::join_all;
use tablecast_connections::Quota;
use tablecast_stand_in::{Fault, broken_responses};

use super::*;

const QUOTA: Quota = Quota { burst: 1000, bytes_per_second: 10 };
const NOW: i64 = 1_800_000_000_000;

async fn take(connections: &Connections, bytes: u64, seconds: i64) -> bool {
    connections.take_quota("principal#ada", QUOTA, bytes, NOW + seconds * 1000).await.unwrap()
}

#[tokio::test]
async fn a_bucket_is_emptied_and_refills_at_its_rate() {
    let (_stand_in, connections) = start().await;
    assert!(take(&connections, 600, 0).await && take(&connections, 400, 0).await);
    assert!(!take(&connections, 1, 0).await);
    assert!(!take(&connections, 101, 10).await && take(&connections, 100, 10).await);
    // It never has more than a full bucket.
    assert!(take(&connections, 1000, 3600).await && !take(&connections, 1, 3600).await);
    assert!(!take(&connections, 1001, 7200).await);
}

#[tokio::test]
async fn buckets_do_not_share_their_bytes_and_expire() {
    let (stand_in, connections) = start().await;
    assert!(take(&connections, 1000, 0).await);
    assert!(connections.take_quota("principal#bob", QUOTA, 1000, NOW).await.unwrap());
    let items = stand_in.items(TABLE);
    let mut keys: Vec<_> = items.iter().map(|item| item["pk"]["S"].as_str().unwrap()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["quota#principal#ada", "quota#principal#bob"]);
    // A full bucket takes 100 seconds, and is kept for 10 minutes.
    assert!(items.iter().all(|item| item["expires_at"]["N"] == "1800000700"), "{items:?}");
}

#[tokio::test]
async fn processes_that_take_at_once_never_take_more_than_the_bucket_has() {
    let (_stand_in, connections) = start().await;
    let taken = join_all((0..40).map(|_| take(&connections, 100, 0))).await;
    let taken = taken.into_iter().filter(|taken| *taken).count();
    assert!((1..=10).contains(&taken), "{taken}");
    assert!(taken == 10 || take(&connections, 100, 0).await);
}

#[tokio::test]
async fn an_empty_bucket_takes_one_request_and_the_first_bytes_two() {
    let (stand_in, connections) = start().await;
    for (bytes, requests) in [(500, 2), (500, 1), (1, 1), (1, 1)] {
        stand_in.seen().calls.clear();
        take(&connections, bytes, 0).await;
        assert_eq!(stand_in.seen().operations(), vec!["UpdateItem"; requests]);
    }
}

#[tokio::test]
async fn a_response_that_is_no_success_takes_no_bytes() {
    for fault in broken_responses().into_iter().chain([Fault::Error(400, "AccessDeniedException")]) {
        let (stand_in, connections) = start().await;
        stand_in.plan_always("connections UpdateItem", Some(fault.clone()));
        let taken = connections.take_quota("principal#ada", QUOTA, 1, NOW).await;
        assert!(taken.is_err(), "{fault:?}: {taken:?}");
    }
}
