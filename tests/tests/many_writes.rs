//! Many writes in a row: every change is on the bus, in order, and memory does not grow with their number.
//!
//! `TABLECAST_WRITES=20000` makes it fewer than 100,000; `--nocapture` shows the end's speed beside the start's.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{HashMap, HashSet};
use std::env;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tablecast_tests::bus::{Arrival, Bus};
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::PATIENCE;
use tablecast_tests::processes::resident;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const STAGES: usize = 10;
const WRITERS: usize = 4;
/// Each writer's own profiles, which it writes over and over again.
const PROFILES: usize = 250;
/// How often the bus is read: it keeps 10,000 events.
const READING: Duration = Duration::from_millis(100);

/// For the whole program with its database in memory.
const MOST_MEMORY: u64 = 400 * 1024 * 1024;
/// Of memory from one third of the run to the next.
const MOST_GROWTH: f64 = 1.25;

/// What the bus has told of each subject: the versions, oldest first.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    versions: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    subject: String,
    data: Data,
}

/// Of `profile.created` and `profile.changed`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Data {
    Changed { profile: Profile },
    Created(Profile),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    display_name: String,
}

impl Seen {
    /// What comes again, with the same id, is no news.
    fn take(&mut self, arrival: &Arrival) {
        let event: Event = serde_json::from_str(arrival.detail.get()).unwrap();
        let (Data::Changed { profile } | Data::Created(profile)) = event.data;
        if self.ids.insert(event.id) {
            self.versions.entry(event.subject).or_default().push(profile.display_name);
        }
    }

    /// Reads until there were so many events; as long as some come, it waits for more.
    async fn follow(&mut self, bus: &mut Bus, events: usize) {
        while self.ids.len() < events {
            let waited = timeout(PATIENCE, self.news(bus)).await;
            waited.unwrap_or_else(|_| panic!("{} of {events} events are on the bus", self.ids.len()));
        }
    }

    async fn news(&mut self, bus: &mut Bus) {
        let before = self.ids.len();
        while self.ids.len() == before {
            sleep(READING).await;
            bus.read().await.iter().for_each(|arrival| self.take(arrival));
        }
    }
}

fn id(writer: usize, number: usize) -> String {
    format!("{writer}-{number}")
}

fn name(version: usize) -> String {
    format!("Version {version}")
}

/// These versions of all profiles of one writer.
async fn write(dynamodb: DynamoDb, writer: usize, versions: std::ops::Range<usize>) {
    for version in versions {
        for start in (0..PROFILES).step_by(BATCH) {
            let batch = (start..start + BATCH).map(|number| profile(&id(writer, number), &name(version)));
            dynamodb.put_all("profiles", batch.collect()).await;
        }
    }
}

async fn write_all(dynamodb: DynamoDb, versions: std::ops::Range<usize>) -> Duration {
    let began = Instant::now();
    let writers = (0..WRITERS).map(|writer| write(dynamodb.clone(), writer, versions.clone()));
    writers.collect::<JoinSet<_>>().join_all().await;
    began.elapsed()
}

/// A tenth of the run.
struct Stage {
    writes_per_second: f64,
    events_per_second: f64,
    /// In bytes, at its end.
    memory: u64,
}

/// These versions of all profiles, and all their events: the stream holds no more than one stage.
async fn stage(machine: &Machine, bus: &mut Bus, seen: &mut Seen, versions: std::ops::Range<usize>) -> Stage {
    let began = Instant::now();
    let (events, all) = (versions.len() * PROFILES * WRITERS, versions.end * PROFILES * WRITERS);
    let (writing, ()) = tokio::join!(write_all(machine.dynamodb(), versions), seen.follow(bus, all));
    let per_second = |time: Duration| events as f64 / time.as_secs_f64();
    Stage {
        writes_per_second: per_second(writing),
        events_per_second: per_second(began.elapsed()),
        memory: resident(machine.id()),
    }
}

impl Stage {
    fn print(&self, number: usize) {
        let Self { writes_per_second, events_per_second, memory } = self;
        let megabytes = memory / 1024 / 1024;
        println!(
            "tenth {number}: {writes_per_second:.0} writes/s, {events_per_second:.0} events/s, {megabytes} MB"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_bounded_and_every_change_is_on_the_bus_however_many_there_are() {
    let writes: usize = env::var("TABLECAST_WRITES").map_or(100_000, |count| count.parse().unwrap());
    let versions = writes / (STAGES * PROFILES * WRITERS);
    assert!(versions > 0, "at least {} writes are wanted", STAGES * PROFILES * WRITERS);
    let machine = Machine::start().await;
    let (mut bus, mut seen, mut stages) = (machine.bus(), Seen::default(), Vec::new());
    for number in 0..STAGES {
        let versions = number * versions..(number + 1) * versions;
        stages.push(stage(&machine, &mut bus, &mut seen, versions).await);
        stages[number].print(number + 1);
    }
    let (first, last) = (&stages[0], &stages[STAGES - 1]);
    let ratios =
        [last.writes_per_second / first.writes_per_second, last.events_per_second / first.events_per_second];
    println!(
        "the last tenth is as fast as the first times {:.2} (writes), {:.2} (events)",
        ratios[0], ratios[1]
    );

    let written: Vec<_> = (0..STAGES * versions).map(name).collect();
    assert_eq!(seen.versions.len(), PROFILES * WRITERS);
    assert!(seen.versions.values().all(|versions| *versions == written));
    assert_eq!(machine.dead_letters(), "");
    assert_bounded(&stages.iter().map(|stage| stage.memory).collect::<Vec<_>>());
}

/// The middle third is when every cache is full.
fn assert_bounded(memory: &[u64]) {
    let third = memory.len() / 3;
    let most = |part: &[u64]| part.iter().copied().max().unwrap();
    let (middle, last) = (most(&memory[third..memory.len() - third]), most(&memory[memory.len() - third..]));
    assert!(most(memory) < MOST_MEMORY, "{memory:?}");
    assert!((last as f64) < middle as f64 * MOST_GROWTH, "{middle} became {last}: {memory:?}");
}
