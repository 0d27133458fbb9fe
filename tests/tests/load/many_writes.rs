//! 10,000 writes: the bus receives every change of each item, and `sequence` gives their order, because the bus keeps
//! none. Memory does not grow with the number of writes. All items share a log, to which ten dispatchers append.
//!
//! `TABLECAST_WRITES=100000` sets another number. `--nocapture` shows the speed of the first and the last
//! stage.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tablecast_tests::bus::{Bus, BusEvent};
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::TIMEOUT;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::PipeFiles;
use tablecast_tests::processes::resident;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::MACHINE;

const STAGES: usize = 10;
const WRITERS: usize = 4;
/// Number of profiles of each writer. It overwrites them again and again.
const PROFILES: usize = 250;
/// Time between two reads of the bus, which keeps 10,000 events.
const READ_INTERVAL: Duration = Duration::from_millis(100);

/// Upper limit for the program with its in-memory database.
const MAX_MEMORY: u64 = 400 * 1024 * 1024;
/// Upper limit for the growth from the second third of the run to the last.
const MAX_GROWTH: f64 = 1.25;

/// The events on the bus: the versions of each subject by `sequence`, oldest first.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    versions: HashMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    subject: String,
    sequence: String,
    data: Data,
}

/// The data of `profile.created` and `profile.changed`.
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
    /// Adds an event, unless an event with the same id was added before.
    fn add(&mut self, event: &BusEvent) {
        let event: Event = serde_json::from_str(event.detail.get()).unwrap();
        let (Data::Changed { profile } | Data::Created(profile)) = event.data;
        if self.ids.insert(event.id) {
            self.versions.entry(event.subject).or_default().insert(event.sequence, profile.display_name);
        }
    }

    /// Reads until there are `events` events. Each new event starts the time limit again.
    async fn follow(&mut self, bus: &mut Bus, events: usize) {
        while self.ids.len() < events {
            let waited = timeout(TIMEOUT, self.read_new(bus)).await;
            waited.unwrap_or_else(|_| panic!("{} of {events} events are on the bus", self.ids.len()));
        }
    }

    async fn read_new(&mut self, bus: &mut Bus) {
        let before = self.ids.len();
        while self.ids.len() == before {
            sleep(READ_INTERVAL).await;
            bus.read_new().await.iter().for_each(|event| self.add(event));
        }
    }
}

fn id(writer: usize, number: usize) -> String {
    format!("{writer}-{number}")
}

fn name(version: usize) -> String {
    format!("Version {version}")
}

/// Writes these versions of all profiles of one writer.
async fn write(dynamodb: DynamoDb, writer: usize, versions: std::ops::Range<usize>) {
    for version in versions {
        for start in (0..PROFILES).step_by(BATCH) {
            let batch = (start..start + BATCH).map(|number| profile(&id(writer, number), &name(version)));
            dynamodb.put_all("profiles", batch.collect()).await;
        }
    }
}

async fn write_all(dynamodb: DynamoDb, versions: std::ops::Range<usize>) -> Duration {
    let start = Instant::now();
    let writers = (0..WRITERS).map(|writer| write(dynamodb.clone(), writer, versions.clone()));
    writers.collect::<JoinSet<_>>().join_all().await;
    start.elapsed()
}

/// The results of a tenth of the run.
struct Stage {
    writes_per_second: f64,
    events_per_second: f64,
    /// Bytes at the end of the stage.
    memory: u64,
}

/// Writes these versions of all profiles and waits for their events, so that the stream holds one stage at
/// most.
async fn stage(local: &LocalMode, bus: &mut Bus, seen: &mut Seen, versions: std::ops::Range<usize>) -> Stage {
    let start = Instant::now();
    let (events, all) = (versions.len() * PROFILES * WRITERS, versions.end * PROFILES * WRITERS);
    let (writing, ()) = tokio::join!(write_all(local.dynamodb(), versions), seen.follow(bus, all));
    let per_second = |time: Duration| events as f64 / time.as_secs_f64();
    Stage {
        writes_per_second: per_second(writing),
        events_per_second: per_second(start.elapsed()),
        memory: resident(local.id()),
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
async fn every_one_of_many_changes_is_on_the_bus_and_memory_is_bounded() {
    let _shared = MACHINE.read().await;
    let writes: usize = env::var("TABLECAST_WRITES").map_or(10_000, |count| count.parse().unwrap());
    let versions = writes / (STAGES * PROFILES * WRITERS);
    assert!(versions > 0, "TABLECAST_WRITES must be at least {}", STAGES * PROFILES * WRITERS);
    let pipes = PipeFiles::with_channels(1);
    let local = LocalMode::start_with(&pipes.arguments()).await;
    let (mut bus, mut seen, mut stages) = (local.bus(), Seen::default(), Vec::new());
    for number in 0..STAGES {
        let versions = number * versions..(number + 1) * versions;
        stages.push(stage(&local, &mut bus, &mut seen, versions).await);
        stages[number].print(number + 1);
    }
    let (first, last) = (&stages[0], &stages[STAGES - 1]);
    let ratios =
        [last.writes_per_second / first.writes_per_second, last.events_per_second / first.events_per_second];
    println!(
        "speed of the last tenth compared with the first: {:.2} (writes), {:.2} (events)",
        ratios[0], ratios[1]
    );

    let written: Vec<_> = (0..STAGES * versions).map(name).collect();
    assert_eq!(seen.versions.len(), PROFILES * WRITERS);
    for (subject, versions) in seen.versions {
        assert_eq!(versions.into_values().collect::<Vec<_>>(), written, "{subject}");
    }
    assert_eq!(local.dead_letters(), "");
    assert_bounded(&stages.iter().map(|stage| stage.memory).collect::<Vec<_>>());
}

/// Compares the last third of the run with the middle third, in which all caches are full.
fn assert_bounded(memory: &[u64]) {
    let third = memory.len() / 3;
    let max = |part: &[u64]| part.iter().copied().max().unwrap();
    let (middle, last) = (max(&memory[third..memory.len() - third]), max(&memory[memory.len() - third..]));
    assert!(max(memory) < MAX_MEMORY, "{memory:?}");
    assert!((last as f64) < middle as f64 * MAX_GROWTH, "memory grew from {middle} to {last}: {memory:?}");
}
