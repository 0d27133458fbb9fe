//! Dispatchers and workers die at random, invocations are lost, posts fail or arrive late, and channels change
//! between inline pushes and fan-out. No client that is not closed misses an event, and the events of a subject
//! arrive in order.
//!
//! `TABLECAST_CRASHES` is the number of runs, and `TABLECAST_SEED` that of the first one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use dispatch::{Dispatch, InlineLimits};
use fanout::{Deadline, Task};
use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::Protocol;
use tablecast_stand_in::StatusCode;
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep, timeout};

use crate::world::*;

const RUNS: u64 = 100;

/// Each of two writers makes so many batches, of its own subjects.
const BATCHES: usize = 6;

/// A run that takes longer never ends.
const LONGEST: Duration = Duration::from_secs(1800);

/// The events that a connection received, in order.
type Received = Arc<Mutex<BTreeMap<String, Vec<Arrived>>>>;

#[derive(Debug, Clone)]
struct Arrived {
    n: u64,
    offset: u64,
    subject: String,
}

struct Model {
    world: World,
    received: Received,
    /// The events that a listener must receive begin after this offset.
    since: RefCell<BTreeMap<String, u64>>,
    batches_left: Cell<usize>,
    rng: RefCell<fastrand::Rng>,
    events: Cell<u64>,
    crashes: Cell<usize>,
    fanned_out: Cell<usize>,
}

#[test]
fn no_crash_loses_or_reorders_an_event() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (runs, first) = (number("TABLECAST_CRASHES").unwrap_or(RUNS), number("TABLECAST_SEED").unwrap_or(1));
    let totals = on_all_cores(first, runs).into_iter().fold([0; 4], sum);
    let [events, crashes, fanned_out, closed] = totals;
    println!("{runs} runs: {events} events, {crashes} crashes, {fanned_out} workers, {closed} closed");
    assert!(crashes as u64 >= runs && fanned_out as u64 >= runs, "the model is too tame: {totals:?}");
}

/// Runs the seeds from the first one on. Each core has every n-th one.
fn on_all_cores(first: u64, runs: u64) -> Vec<[usize; 4]> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let seeds = |core| (first..first + runs).skip(core).step_by(cores);
        let start = |core| scope.spawn(move || seeds(core).map(run).fold([0; 4], sum));
        let threads = (0..cores).map(start).collect::<Vec<_>>();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn sum(totals: [usize; 4], counts: [usize; 4]) -> [usize; 4] {
    std::array::from_fn(|index| totals[index] + counts[index])
}

/// Returns the numbers of events, crashes, workers and closed connections.
fn run(seed: u64) -> [usize; 4] {
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    LocalSet::new().block_on(&runtime, async move {
        let model = Rc::new(Model::new(seed).await);
        timeout(LONGEST, model.clone().play()).await.unwrap_or_else(|_| panic!("seed {seed} never ends"));
        let counts = model.check(seed).await;
        // The stand-in holds its reaction to posts, which holds the stand-in.
        model.world.aws.at_each_post(|_| Box::pin(async { StatusCode::OK }));
        counts
    })
}

impl Model {
    async fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut world = World::new();
        world.limits.large = rng.usize(..3);
        world.limits.listeners_per_part = if rng.u8(..4) == 0 { 2 } else { 1000 };
        world.limits.room.queued = if rng.bool() { 8 } else { 1000 };
        let received = Received::default();
        take_posts(&world, &received, rng.fork());
        for (id, protocol, pattern) in [
            ("batch=", Protocol::Batch, ALL),
            ("single=", Protocol::Single, ALL),
            ("wide=", Protocol::Batch, "orders/*"),
            ("one=", Protocol::Single, "orders/acme/0-1"),
        ] {
            world.listen(id, protocol, &[pattern]).await;
        }
        Self {
            world,
            received,
            since: RefCell::default(),
            batches_left: Cell::new(2 * BATCHES),
            rng: RefCell::new(rng),
            events: Cell::new(0),
            crashes: Cell::new(0),
            fanned_out: Cell::new(0),
        }
    }

    fn random(&self, below: u64) -> u64 {
        self.rng.borrow_mut().u64(..below)
    }

    fn is_one_of(&self, many: u64) -> bool {
        self.random(many) == 0
    }

    async fn pause(&self, longest: u64) {
        let milliseconds = self.random(longest);
        sleep(Duration::from_millis(milliseconds)).await;
    }

    /// Runs something, or kills it at a random time.
    async fn or_crash<T>(&self, work: impl Future<Output = T>, longest: u64) -> Option<T> {
        if !self.is_one_of(3) {
            return Some(work.await);
        }
        let after = Duration::from_micros(self.random(longest * 1000));
        let ended = timeout(after, work).await.ok();
        self.crashes.set(self.crashes.get() + usize::from(ended.is_none()));
        ended
    }

    async fn play(self: Rc<Self>) {
        let writers = [0, 1].map(|writer| spawn_local(self.clone().write(writer)));
        let workers = spawn_local(self.clone().start_workers());
        let sweeps = spawn_local(self.clone().sweep());
        let newcomer = spawn_local(self.clone().join_late());
        for task in writers {
            task.await.unwrap();
        }
        newcomer.await.unwrap();
        while self.world.run().await.is_some() {
            sleep(Duration::from_secs(1)).await;
        }
        workers.abort();
        sweeps.abort();
    }

    /// A writer's pipe sends a batch again until it succeeds.
    async fn write(self: Rc<Self>, writer: usize) {
        let mut dispatch = self.dispatch();
        for _ in 0..BATCHES {
            self.pause(if self.is_one_of(4) { 6_000 } else { 150 }).await;
            let batch = self.batch(writer);
            loop {
                let elements = serde_json::from_str(&batch.to_string()).unwrap();
                let deadline = dispatch::Deadline::after(Duration::from_secs(60));
                let handling = async { Box::pin(dispatch.handle(elements, deadline)).await };
                match self.or_crash(handling, 80).await {
                    Some(report)
                        if report.response.as_ref().is_ok_and(|one| one.batch_item_failures.is_empty()) =>
                    {
                        break;
                    }
                    Some(_) => {}
                    // Another process, after the pipe notices it.
                    None => dispatch = self.dispatch(),
                }
                self.pause(200).await;
            }
            self.batches_left.set(self.batches_left.get() - 1);
        }
    }

    fn batch(&self, writer: usize) -> Value {
        let elements = (0..1 + self.random(4)).map(|_| {
            self.events.set(self.events.get() + 1);
            let n = self.events.get();
            let event = event_of(n, &format!("{writer}-{}", self.random(3)));
            json!({ "eventID": format!("e{n}"), "pipe": "orders", "events": [event] })
        });
        elements.collect()
    }

    /// Each process has other limits, so channels change between inline pushes and fan-out.
    fn dispatch(&self) -> Dispatch {
        let endpoints = dispatch::Endpoints {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            rejected_table: "rejected".to_owned(),
            bus_name: "tablecast".to_owned(),
            management_endpoint: self.world.aws.address.clone(),
            fanout_function: "fanout".to_owned(),
        };
        let mut limits = dispatch::Limits::default();
        limits.large_audience = if self.is_one_of(3) { 1 } else { 500 };
        limits.inline = InlineLimits {
            budget: Duration::from_millis(20 + self.random(500)),
            straggler_after: Duration::from_millis(5 + self.random(50)),
            ..limits.inline
        };
        Dispatch::new(&self.world.aws.aws(), endpoints, sources(), limits)
    }

    /// Lambda: some invocations are lost.
    async fn start_workers(self: Rc<Self>) {
        let mut taken = 0;
        loop {
            sleep(Duration::from_millis(2)).await;
            let invocations = self.world.aws.seen().invocations[taken..].to_vec();
            taken += invocations.len();
            for (_, payload) in invocations {
                if !self.is_one_of(10) {
                    spawn_local(self.clone().work(serde_json::from_value(payload).unwrap()));
                }
            }
        }
    }

    async fn work(self: Rc<Self>, task: Task) {
        self.fanned_out.set(self.fanned_out.get() + 1);
        self.pause(30).await;
        let fanout = self.world.fanout();
        let time = Duration::from_millis(if self.is_one_of(4) { 300 + self.random(3000) } else { 300_000 });
        self.or_crash(fanout.handle(task, Deadline::after(time)), 400).await;
    }

    async fn sweep(self: Rc<Self>) {
        loop {
            sleep(Duration::from_secs(5 + self.random(20))).await;
            let fanout = self.world.fanout();
            self.or_crash(fanout.handle(Task::Sweep, Deadline::after(MINUTES)), 100).await;
        }
    }

    /// A client that subscribes between the others' events, and then reads where the log ends.
    async fn join_late(self: Rc<Self>) {
        self.pause(1500).await;
        self.world.listen("late=", Protocol::Single, &[ALL]).await;
        let end = self.world.logs.last_position(SOURCE, now_in_milliseconds()).await.unwrap();
        self.since.borrow_mut().insert("late=".to_owned(), end.offset);
    }

    /// Returns the numbers of events, crashes, workers and closed connections.
    async fn check(&self, seed: u64) -> [usize; 4] {
        let logged = self.logged().await;
        assert_eq!(logged.len() as u64, self.events.get(), "seed {seed}");
        let closed: BTreeSet<String> = self.world.closed().into_iter().collect();
        for id in ["batch=", "single=", "wide=", "one=", "late="] {
            let received = self.received.lock().unwrap().get(id).cloned().unwrap_or_default();
            let since = self.since.borrow().get(id).copied().unwrap_or_default();
            let firsts = firsts(&received, since);
            check_order(&firsts, &format!("seed {seed}: {id} {received:?}"));
            if closed.contains(id) || !self.world.is_stored(id) {
                continue;
            }
            let is_wanted = |subject: &str| id != "one=" || subject == "orders/acme/0-1";
            let expected =
                logged.iter().filter(|(_, (offset, subject))| *offset > since && is_wanted(subject));
            let have: BTreeSet<u64> = firsts.iter().map(|event| event.n).collect();
            let lost: Vec<_> = expected.filter(|(n, _)| !have.contains(n)).collect();
            assert!(lost.is_empty(), "seed {seed}: {id} lost {lost:?} of {logged:?} and has {received:?}");
        }
        let events = self.events.get() as usize;
        [events, self.crashes.get(), self.fanned_out.get(), closed.len()]
    }

    /// By number, the last offset and the subject of each event.
    async fn logged(&self) -> BTreeMap<u64, (u64, String)> {
        let following = self.world.logs.after(SOURCE, 0, usize::MAX).await.unwrap();
        assert!(!following.has_gap);
        let of = |text: &str, offset: u64| {
            let event: Value = serde_json::from_str(text).unwrap();
            let n = event["id"].as_str().unwrap().parse().unwrap();
            (n, (offset, event["subject"].as_str().unwrap().to_owned()))
        };
        following.events.iter().map(|event| of(&event.text, event.offset)).collect()
    }
}

/// The events that a client processes: it drops those that it has, and those that were in the log when it subscribed.
fn firsts(received: &[Arrived], since: u64) -> Vec<&Arrived> {
    let mut known = BTreeSet::new();
    received.iter().filter(|event| event.offset > since && known.insert(event.n)).collect()
}

fn check_order(events: &[&Arrived], context: &str) {
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for Arrived { n, subject, .. } in events.iter().copied() {
        let before = last.insert(subject, *n);
        assert!(before.is_none_or(|before| before < *n), "{n} after {before:?} in {context}");
    }
}

/// API Gateway: most posts arrive at once. Some fail, and some arrive much later, whoever waits for them.
fn take_posts(world: &World, received: &Received, rng: fastrand::Rng) {
    let (aws, received, rng) = (world.aws.clone(), received.clone(), Mutex::new(rng));
    world.aws.at_each_post(move |index| {
        let (id, frame) = aws.seen().posts[index].clone();
        let accept = {
            let received = received.clone();
            move || received.lock().unwrap().entry(id).or_default().extend(events(&frame))
        };
        let (chance, delay) = {
            let mut rng = rng.lock().unwrap();
            (rng.u8(..100), Duration::from_millis(rng.u64(..2500)))
        };
        Box::pin(async move {
            match chance {
                0..5 => return StatusCode::INTERNAL_SERVER_ERROR,
                5..10 => return StatusCode::TOO_MANY_REQUESTS,
                // The connection takes it later, although the sender may have given up.
                10..13 => {
                    let late = tokio::spawn(async move {
                        sleep(delay).await;
                        accept();
                    });
                    late.await.unwrap();
                }
                // It takes it now, and the response is late.
                13..16 => {
                    accept();
                    sleep(delay).await;
                }
                _ => accept(),
            }
            StatusCode::OK
        })
    });
}

fn events(frame: &str) -> Vec<Arrived> {
    let events = match serde_json::from_str(frame).unwrap() {
        Value::Array(events) => events,
        event => vec![event],
    };
    let of = |event: &Value| {
        let n = event["id"].as_str()?.parse().ok()?;
        let (_, offset) = event["position"].as_str()?.split_once('-')?;
        Some(Arrived { n, offset: offset.parse().ok()?, subject: event["subject"].as_str()?.to_owned() })
    };
    events.iter().filter_map(of).collect()
}

fn sources() -> tablecast_definitions::sources::Sources {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    let files = tablecast_definitions::folder::read(folder, "yaml").unwrap();
    tablecast_definitions::sources::Sources::compile(&files).unwrap()
}
