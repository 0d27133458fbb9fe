//! The runs of `fanout`: each interleaving of two writers ends in one of the orders that the item allows.

use std::time::Duration;

use futures_util::future::{join, join_all};
use tablecast_connections::{LISTS, LookUp, Run, WorkerReport};
use tablecast_stand_in::Fault;
use tokio::time::sleep;

use super::*;

const SOURCE: &str = "tablecast/orders/acme";
const NOW: i64 = 1_800_000_000_000;

async fn run(connections: &Connections) -> Option<Run> {
    connections.run(SOURCE).await.unwrap()
}

/// A run of these offsets, of which this owner holds part 0.
async fn leased(connections: &Connections, owner: u64) -> Run {
    let run = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    connections.lease(&run, 0, owner, NOW, NOW + 10_000).await.unwrap().unwrap()
}

async fn listed(connections: &Connections, now: i64) -> Vec<Run> {
    let mut runs = Vec::new();
    for list in 0..LISTS {
        runs.extend(connections.runs(list, now).await.unwrap());
    }
    runs
}

#[tokio::test]
async fn a_run_begins_before_the_first_covered_offset_and_the_look_up_finds_it() {
    let (_stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/acme/*"])).await.unwrap();
    let begun = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    assert_eq!((begun.started_after, begun.needed_to, begun.parts[0].cursor), (4, 8, 4));
    assert_eq!(begun.unleased_parts(NOW).collect::<Vec<_>>(), [0]);
    let found = connections.look_up(&pattern("orders/acme/*"), 10).await.unwrap();
    assert_eq!(found, LookUp::Run(begun.clone()));
    assert_eq!(connections.subscribers(&pattern("orders/acme/*")).await.unwrap(), [subscriber("a")]);
    assert_eq!(listed(&connections, NOW).await, [begun]);
}

#[tokio::test]
async fn many_writers_cover_one_run_that_has_all_of_their_offsets() {
    let (_stand_in, connections) = start().await;
    let covers = (1..=30).rev().map(|n| connections.cover(SOURCE, n..=n, None, NOW));
    let covered = join_all(covers).await;
    assert!(covered.iter().all(Result::is_ok), "{covered:?}");
    let run = run(&connections).await.unwrap();
    assert_eq!((run.started_after, run.needed_to, run.parts[0].cursor), (0, 30, 0));
}

#[tokio::test]
async fn a_run_that_is_known_and_has_the_offsets_costs_no_write() {
    let (stand_in, connections) = start().await;
    let known = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    stand_in.seen().calls.clear();
    connections.cover(SOURCE, 6..=7, Some(known.clone()), NOW).await.unwrap();
    assert_eq!(stand_in.seen().calls.len(), 0);
    connections.cover(SOURCE, 9..=9, Some(known), NOW).await.unwrap();
    assert_eq!(stand_in.seen().operations(), ["UpdateItem"]);
}

#[tokio::test]
async fn a_write_whose_response_is_lost_is_made_once() {
    let (stand_in, connections) = start().await;
    stand_in.plan("connections UpdateItem", [Fault::None, Fault::Lost]);
    let begun = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    stand_in.plan("connections UpdateItem", [Fault::Lost]);
    let extended = connections.cover(SOURCE, 9..=9, Some(begun.clone()), NOW).await.unwrap();
    stand_in.plan("connections UpdateItem", [Fault::Lost]);
    let rewound = connections.cover(SOURCE, 2..=3, Some(extended.clone()), NOW).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!((begun.run_id, extended.needed_to), (rewound.run_id, 9));
    assert_eq!((rewound.started_after, rewound.needed_to, rewound.parts[0].cursor), (1, 9, 1));
}

#[tokio::test]
async fn only_one_worker_holds_a_part_until_its_lease_ends() {
    let (_stand_in, connections) = start().await;
    let first = leased(&connections, 1).await;
    assert_eq!(first.unleased_parts(NOW).count(), 0);
    assert_eq!(connections.lease(&first, 0, 2, NOW + 9_999, NOW + 20_000).await.unwrap(), None);
    let second = connections.lease(&first, 0, 2, NOW + 10_000, NOW + 20_000).await.unwrap().unwrap();
    assert_eq!(connections.advance(&first, 0, 6, NOW + 30_000).await.unwrap(), None);
    let moved = connections.advance(&second, 0, 6, NOW + 30_000).await.unwrap().unwrap();
    assert_eq!((moved.parts[0].owner, moved.parts[0].cursor), (2, 6));
}

#[tokio::test]
async fn two_workers_that_take_a_part_at_once_do_not_both_get_it() {
    let (_stand_in, connections) = start().await;
    let run = connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    let takes = (1..=8).map(|owner| connections.lease(&run, 0, owner, NOW, NOW + 10_000));
    let taken = join_all(takes).await;
    assert_eq!(taken.into_iter().filter(|taken| taken.as_ref().unwrap().is_some()).count(), 1);
}

#[tokio::test]
async fn a_run_ends_only_if_no_more_is_covered() {
    let (_stand_in, connections) = start().await;
    let behind = leased(&connections, 1).await;
    assert!(!connections.end_run(&behind, 0).await.unwrap());
    let done = connections.advance(&behind, 0, 8, NOW + 10_000).await.unwrap().unwrap();
    let more = connections.cover(SOURCE, 9..=9, None, NOW).await.unwrap();
    assert!(!connections.end_run(&done, 0).await.unwrap());
    let done = connections.advance(&more, 0, 9, NOW + 10_000).await.unwrap().unwrap();
    assert!(connections.end_run(&done, 0).await.unwrap());
    assert_eq!((run(&connections).await, listed(&connections, NOW).await), (None, vec![]));
}

#[tokio::test]
async fn after_its_end_the_next_offsets_begin_another_run() {
    let (_stand_in, connections) = start().await;
    let first = leased(&connections, 1).await;
    let first = connections.advance(&first, 0, 8, NOW + 10_000).await.unwrap().unwrap();
    assert!(connections.end_run(&first, 0).await.unwrap());
    let second = connections.cover(SOURCE, 9..=9, Some(first.clone()), NOW).await.unwrap();
    assert!(second.run_id != first.run_id);
    assert_eq!((second.started_after, second.needed_to), (8, 9));
    // Those of the first one are pushed.
    let known = connections.cover(SOURCE, 7..=8, Some(first), NOW).await.unwrap();
    assert_eq!(known.needed_to, 8);
    assert_eq!(run(&connections).await, Some(second));
}

/// The worker finds out by its next write.
#[tokio::test]
async fn a_run_that_begins_again_earlier_keeps_its_worker_but_not_its_cursor() {
    let (_stand_in, connections) = start().await;
    let known = leased(&connections, 1).await;
    let rewound = connections.cover(SOURCE, 3..=4, None, NOW).await.unwrap();
    assert_eq!((rewound.started_after, rewound.needed_to), (2, 8));
    assert_eq!((rewound.parts[0].cursor, rewound.parts[0].owner), (2, 1));
    assert_eq!(connections.advance(&known, 0, 8, NOW + 20_000).await.unwrap(), None);
    assert!(!connections.end_run(&known, 0).await.unwrap());
    assert!(connections.advance(&rewound, 0, 8, NOW + 20_000).await.unwrap().is_some());
}

#[tokio::test]
async fn the_parts_of_a_split_run_begin_at_its_cursor_and_all_must_be_done() {
    let (_stand_in, connections) = start().await;
    let run = leased(&connections, 1).await;
    let split = connections.split(&run, 100).await.unwrap().unwrap();
    assert_eq!(split.parts.len(), 16);
    assert!(split.parts.iter().all(|part| part.cursor == 4));
    assert_eq!(split.unleased_parts(NOW).collect::<Vec<_>>(), (1..16).collect::<Vec<_>>());
    assert_eq!(connections.split(&run, 2).await.unwrap(), None);
    let first = connections.advance(&split, 0, 8, NOW + 10_000).await.unwrap().unwrap();
    assert!(!connections.end_run(&first, 0).await.unwrap());
    let parts: BTreeSet<usize> = (0..1000).map(|n| split.part_of(&format!("c{n}="))).collect();
    assert_eq!(parts.len(), 16);
}

/// Otherwise the listeners of the other parts would miss the earlier offsets.
#[tokio::test]
async fn a_run_that_was_split_meanwhile_begins_again_in_all_of_its_parts() {
    let (_stand_in, connections) = start().await;
    let known = leased(&connections, 1).await;
    connections.split(&known, 3).await.unwrap().unwrap();
    let rewound = connections.cover(SOURCE, 2..=4, Some(known), NOW).await.unwrap();
    assert_eq!((rewound.started_after, rewound.parts.len()), (1, 3));
    assert!(rewound.parts.iter().all(|part| part.cursor == 1), "{rewound:?}");
}

#[tokio::test]
async fn an_entry_of_the_list_without_a_run_is_forgotten_but_not_at_once() {
    let (stand_in, connections) = start().await;
    connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    let item = stand_in.items(TABLE).into_iter().find(|item| item["sk"]["S"] == "channel").unwrap();
    stand_in.remove(TABLE, &item);
    // Its run may be about to begin.
    assert_eq!(listed(&connections, NOW + 120_000).await, []);
    assert_eq!(stand_in.items(TABLE).len(), 1);
    assert_eq!(listed(&connections, NOW + 3_600_000).await, []);
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_begins_while_an_old_entry_is_forgotten_stays_in_the_list() {
    let stand_in = StandIn::in_process(&[TABLE]);
    let connections = Connections::new(stand_in.dynamodb(), TABLE);
    connections.cover(SOURCE, 5..=8, None, NOW).await.unwrap();
    let item = stand_in.items(TABLE).into_iter().find(|item| item["sk"]["S"] == "channel").unwrap();
    stand_in.remove(TABLE, &item);
    let later = NOW + 3_600_000;
    stand_in.plan("connections DeleteItem", [Fault::Slow(Duration::from_secs(60))]);
    let begin = async {
        sleep(Duration::from_secs(30)).await;
        connections.cover(SOURCE, 9..=9, None, later).await.unwrap()
    };
    let (found, begun) = join(listed(&connections, later), begin).await;
    assert!(stand_in.all_faults_fired() && found.is_empty());
    assert_eq!(listed(&connections, later).await, [begun]);
}

/// DynamoDB deletes items after `expires_at`.
#[tokio::test]
async fn a_run_that_is_served_does_not_expire() {
    let (stand_in, connections) = start().await;
    let run = leased(&connections, 1).await;
    let expires_at = || {
        let items = stand_in.items(TABLE);
        let item = items.iter().find(|item| item["sk"]["S"] == "channel").unwrap();
        item["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap()
    };
    let month = 30 * 24 * 3600;
    assert_eq!(expires_at(), NOW / 1000 + month);
    connections.cover(SOURCE, 9..=9, Some(run), NOW + 5_000_000).await.unwrap();
    assert_eq!(expires_at(), NOW / 1000 + 5_000 + month);
}

#[tokio::test]
async fn workers_count_until_their_reports_end() {
    let (_stand_in, connections) = start().await;
    let worker = |part, until| WorkerReport { source: SOURCE.to_owned(), part, wants: 7, until };
    for report in [worker(0, NOW + 1), worker(1, NOW + 5), worker(1, NOW + 9)] {
        connections.report_worker(&report).await.unwrap();
    }
    assert_eq!(connections.worker_reports(NOW + 1).await.unwrap(), [worker(1, NOW + 9)]);
}
