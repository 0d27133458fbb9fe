//! A stand-in for `@connections`. All functions share the rate of the account.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use tablecast_benches::dynamodb::Bucket;
use tokio::time::{Instant, sleep};

use crate::client::{Client, Group};
use crate::figures::Latencies;
use crate::received::Arrival;
use crate::scenario::Behaviour;
use crate::services::response;

/// The account's burst: with 10,000 requests a second, 5,000 at once.
const BURST: Duration = Duration::from_millis(500);

const LATENCY: Duration = Duration::from_millis(10);
const SLOW: Duration = Duration::from_millis(900);

/// The ids of the events of the load: this, the number of the subject, a dot, and the number of the event.
pub const ID: &str = r#""id":"bench-"#;

#[derive(Debug, Clone)]
pub struct Gateway(Arc<Mutex<State>>);

#[derive(Debug)]
pub struct State {
    rate: Bucket,
    pub clients: HashMap<String, Client>,
    /// When each event was put, by subject.
    pub puts: Vec<Vec<Instant>>,
    /// Connections that ended, and their clients, which would come back.
    pub ended: Vec<(String, Client)>,
    /// The last frame, with the subjects and numbers of its events.
    frame: (Vec<u8>, Vec<(usize, usize)>),
    pub counts: Counts,
}

#[derive(Debug, Default)]
pub struct Counts {
    pub tenants: Latencies,
    pub crowd: Latencies,
    /// Posts to the crowd that were accepted.
    pub crowd_posts: usize,
    pub crowd_last: Option<Instant>,
    pub posts: usize,
    pub throttled: usize,
    pub disordered: usize,
    /// Events that a client had already.
    pub again: usize,
    /// Connections of good clients that were closed.
    pub closed: usize,
}

/// A response, and the time until it.
type Answer = (u16, Option<Duration>);

impl Gateway {
    pub fn new(subjects: usize, rate: u32) -> Self {
        Self(Arc::new(Mutex::new(State {
            rate: Bucket::with_burst(rate, BURST),
            clients: HashMap::new(),
            puts: vec![Vec::new(); subjects],
            ended: Vec::new(),
            frame: Default::default(),
            counts: Counts::default(),
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub async fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let (_, id) = request.uri().rsplit_once("/@connections/").unwrap();
        let (status, after) = match request.method() {
            "POST" => self.state().post(id, request.body().bytes().unwrap()),
            _ => self.state().close(id),
        };
        match after {
            Some(after) => sleep(after).await,
            None => pending().await,
        }
        response(status, String::new())
    }
}

impl State {
    fn post(&mut self, id: &str, frame: &[u8]) -> Answer {
        self.counts.posts += 1;
        if !self.rate.take(1) {
            self.counts.throttled += 1;
            return (429, Some(LATENCY));
        }
        let Some(client) = self.clients.get(id) else { return (410, Some(LATENCY)) };
        match client.behaviour {
            Behaviour::Takes => (self.deliver(id, frame, LATENCY), Some(LATENCY)),
            Behaviour::Slow => (self.deliver(id, frame, SLOW), Some(SLOW)),
            Behaviour::Hangs => (0, None),
            Behaviour::Fails(status) => {
                if status == 410 {
                    self.ended.extend(self.clients.remove_entry(id));
                }
                (status, Some(LATENCY))
            }
        }
    }

    /// The frame arrives, even if the function does not wait for the response.
    fn deliver(&mut self, id: &str, frame: &[u8], after: Duration) -> u16 {
        if self.frame.0 != frame {
            self.frame = (frame.to_vec(), events(frame));
        }
        let (client, counts) = (self.clients.get_mut(id).unwrap(), &mut self.counts);
        let arrival = Instant::now() + after;
        for (subject, number) in &self.frame.1 {
            let latency = arrival - self.puts[*subject][*number];
            counts.count(client.group, client.received.entry(*subject).or_default().add(*number), latency);
        }
        if client.group == Group::Crowd {
            counts.crowd_posts += 1;
            counts.crowd_last = Some(arrival);
        }
        200
    }

    fn close(&mut self, id: &str) -> Answer {
        if !self.rate.take(1) {
            self.counts.throttled += 1;
            return (429, Some(LATENCY));
        }
        let Some((id, client)) = self.clients.remove_entry(id) else { return (410, Some(LATENCY)) };
        self.counts.closed += usize::from(client.group != Group::Others);
        self.ended.push((id, client));
        (204, Some(LATENCY))
    }
}

impl Counts {
    fn count(&mut self, group: Group, arrival: Arrival, latency: Duration) {
        match arrival {
            Arrival::Again => {
                self.again += 1;
                return;
            }
            Arrival::Late => self.disordered += 1,
            Arrival::Next => {}
        }
        match group {
            Group::Tenants => self.tenants.add(latency),
            Group::Crowd => self.crowd.add(latency),
            Group::Others => {}
        }
    }
}

/// The subjects and numbers of the events in a frame.
fn events(frame: &[u8]) -> Vec<(usize, usize)> {
    let frame = std::str::from_utf8(frame).unwrap();
    let parse = |text: &str| {
        let (subject, number) = text.split_once('"').unwrap().0.split_once('.').unwrap();
        (subject.parse().unwrap(), number.parse().unwrap())
    };
    frame.match_indices(ID).map(|(at, _)| parse(&frame[at + ID.len()..])).collect()
}
