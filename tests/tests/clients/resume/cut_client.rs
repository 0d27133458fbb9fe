//! A client that loses its connection at every step of the protocol, and resumes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tablecast_client::machine::{
    ConnectionId, Delivery, Effect, Machine, Reason, SubscriptionConfig, SubscriptionState,
};
use tablecast_client::{Filter, Timing};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::Socket;

use super::{connect, name};

/// Numbers of frames after which a connection is cut.
const FRAMES: [usize; 8] = [0, 1, 2, 3, 5, 8, 13, 1000];
/// Number of new events after which a connection is cut at the latest.
const MAX_NEW: usize = 40;

/// The rules of the Rust client, with sockets that the test cuts.
pub struct CutClient<'m> {
    local: &'m LocalMode,
    machine: Machine,
    /// The time of the machine, which passes only while it waits to reconnect.
    now: Duration,
    connection: ConnectionId,
    messages: Vec<String>,
    is_confirmed: bool,
    delivered: Vec<Value>,
    pub cuts: usize,
}

impl<'m> CutClient<'m> {
    pub async fn subscribe(local: &'m LocalMode, subjects: &[String]) -> Self {
        let mut machine = Machine::new(Timing::default(), || 0.0, None);
        let effects = machine.start(Duration::ZERO);
        let mut client = Self {
            local,
            machine,
            now: Duration::ZERO,
            connection: 0,
            messages: Vec::new(),
            is_confirmed: false,
            delivered: Vec::new(),
            cuts: 0,
        };
        client.perform(effects);
        let filter = Filter::new(subjects, [""; 0]);
        let state = SubscriptionState::new(SubscriptionConfig { filter, progress: None });
        let (_, effects) = client.machine.subscribe(state, client.now);
        client.perform(effects);
        let mut socket = client.open().await;
        while !client.is_confirmed {
            client.receive_frame(&mut socket).await;
        }
        client.cut();
        client
    }

    /// Resumes until the application has `total` events. Each connection is cut at a different step of the protocol.
    pub async fn receive(&mut self, total: usize, mut after_cut: impl FnMut(usize)) {
        while self.delivered.len() < total {
            self.resume(FRAMES[self.cuts % FRAMES.len()], total).await;
            self.cuts += 1;
            after_cut(self.cuts);
        }
    }

    /// Receives up to `frames` frames or [`MAX_NEW`] new events on a new connection.
    async fn resume(&mut self, frames: usize, total: usize) {
        let mut socket = self.open().await;
        let enough = (self.delivered.len() + MAX_NEW).min(total);
        for _ in 0..frames {
            self.receive_frame(&mut socket).await;
            if self.delivered.len() >= enough {
                break;
            }
        }
        self.cut();
    }

    async fn open(&mut self) -> Socket {
        let mut socket = connect(self.local).await;
        let effects = self.machine.opened(self.connection, None, self.now);
        self.perform(effects);
        self.send(&mut socket).await;
        socket
    }

    async fn receive_frame(&mut self, socket: &mut Socket) {
        let frame = socket.text().await;
        let effects = self.machine.received(self.connection, &frame, self.now);
        self.perform(effects);
        self.send(socket).await;
    }

    async fn send(&mut self, socket: &mut Socket) {
        for message in std::mem::take(&mut self.messages) {
            socket.send(message.into()).await;
        }
    }

    fn cut(&mut self) {
        let effects = self.machine.disconnected(self.connection, Reason::from("cut"), self.now);
        self.perform(effects);
        self.now = self.machine.wake_at();
        let effects = self.machine.tick(self.now);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Open { connection } => self.connection = connection,
                Effect::Send { message, .. } => self.messages.push(serde_json::to_string(&message).unwrap()),
                Effect::Confirm { .. } => self.is_confirmed = true,
                Effect::Deliver { delivery, .. } => self.deliver(delivery),
                Effect::Close { .. } | Effect::Token { .. } | Effect::State { .. } => {}
            }
        }
    }

    fn deliver(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Event(event) => self.delivered.push(serde_json::from_str(event.json()).unwrap()),
            Delivery::Gap(_) | Delivery::Invalid(_) | Delivery::Refused(_) | Delivery::Collection(_) => {
                panic!("{delivery:?}")
            }
            Delivery::Late(_) | Delivery::Start(_) | Delivery::Advance(_) | Delivery::Sources(_) => {}
        }
    }

    /// Returns the names in the delivered events of each subject.
    pub fn names(&self) -> BTreeMap<String, Vec<String>> {
        let mut names = BTreeMap::<String, Vec<String>>::new();
        for event in &self.delivered {
            names.entry(event["subject"].as_str().unwrap().to_owned()).or_default().push(name(event));
        }
        names
    }
}
