use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::clock::Clock;
use super::controllers::{Command, Controllers};
use super::reporter::Reporter;
use super::savers::Savers;
use super::socket::{self, Endpoint, Happened, Input};
use super::wake_watch::WakeWatch;
use crate::machine::{ConnectionId, Effect, Machine, SubscriptionId};

/// How many frames wait for the machine. Then the server has to wait.
const MAX_FRAMES: usize = 64;

/// Runs the effects of the machine with sockets, tokens and a timer.
pub(super) struct Transport {
    machine: Machine,
    clock: Clock,
    endpoint: Arc<Endpoint>,
    reporter: Reporter,
    savers: Arc<Savers>,
    controllers: Controllers,
    /// The messages to each connection. Dropping a sender closes the connection.
    sockets: HashMap<ConnectionId, UnboundedSender<String>>,
    tasks: JoinSet<()>,
    happened: Sender<Input>,
}

impl Transport {
    /// Runs until the client is closed or dropped.
    pub async fn run(
        machine: Machine,
        clock: Clock,
        endpoint: Endpoint,
        reporter: Reporter,
        savers: Arc<Savers>,
        commands: UnboundedReceiver<Command>,
    ) {
        let (happened, inputs) = channel(MAX_FRAMES);
        let transport = Self {
            machine,
            clock,
            endpoint: Arc::new(endpoint),
            reporter,
            savers,
            controllers: Controllers::default(),
            sockets: HashMap::new(),
            tasks: JoinSet::new(),
            happened,
        };
        transport.serve(commands, inputs).await;
    }

    async fn serve(mut self, mut commands: UnboundedReceiver<Command>, mut inputs: Receiver<Input>) {
        let effects = self.machine.start(self.now());
        self.perform(effects);
        let mut watch = WakeWatch::start();
        let closed = loop {
            let wake = self.clock.instant(self.machine.wake_at());
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Close(done)) => break Some(done),
                    Some(command) => {
                        // What arrived before the command comes first.
                        let earlier = std::iter::from_fn(|| inputs.try_recv().ok()).take(MAX_FRAMES);
                        earlier.for_each(|input| self.input(input));
                        self.command(command);
                    }
                    None => break None,
                },
                Some(input) = inputs.recv() => self.input(input),
                () = sleep_until(wake) => self.run_machine(|machine, now| machine.tick(now)),
                () = sleep_until(watch.due()) => if watch.slept() {
                    self.run_machine(|machine, now| machine.woke(now));
                },
                Some(_) = self.tasks.join_next() => {}
            }
        };
        drop(inputs);
        self.close(closed).await;
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn run_machine(&mut self, input: impl FnOnce(&mut Machine, Duration) -> Vec<Effect>) {
        let now = self.now();
        let effects = input(&mut self.machine, now);
        self.perform(effects);
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Subscribe { number, queue, state } => {
                let (id, effects) = self.machine.subscribe(*state, self.now());
                self.controllers.add(number, queue, id);
                self.perform(effects);
            }
            Command::Drained(number) => {
                if let Some((queue, state)) = self.controllers.resume(number) {
                    self.command(Command::Subscribe { number, queue, state });
                }
            }
            Command::Unsubscribe(number) => {
                if let Some(id) = self.controllers.remove(number) {
                    self.run_machine(|machine, now| machine.unsubscribe(id, now).1);
                }
            }
            Command::Wake => self.run_machine(|machine, now| machine.woke(now)),
            // The loop handles it.
            Command::Close(_) => {}
        }
    }

    fn input(&mut self, Input { connection, event }: Input) {
        self.run_machine(|machine, now| match event {
            Happened::Opened { expires_in } => machine.opened(connection, expires_in, now),
            Happened::Received(frame) => machine.received(connection, &frame, now),
            Happened::Disconnected(reason) => machine.disconnected(connection, reason, now),
            Happened::Token(Some(token)) => machine.token_received(connection, token, now),
            Happened::Token(None) => machine.token_failed(connection, now),
        });
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let mut full = BTreeSet::new();
        for effect in effects {
            match effect {
                Effect::Open { connection } => self.open(connection),
                Effect::Send { connection, message } => {
                    // Messages consist of texts, so serialization cannot fail.
                    let text = serde_json::to_string(&message).unwrap_or_default();
                    // A task that has ended reports why.
                    self.sockets.get(&connection).map(|messages| messages.send(text));
                }
                Effect::Close { connection, reason } => {
                    tracing::debug!(connection, %reason, "the connection closes");
                    self.sockets.remove(&connection);
                }
                Effect::Token { connection } => self.get_token(connection),
                Effect::Deliver { subscription, delivery } => {
                    let queue = self.controllers.queue(subscription);
                    if queue.is_some_and(|queue| queue.deliver(delivery)) {
                        full.insert(subscription);
                    }
                }
                Effect::Confirm { subscription } => {
                    self.controllers.queue(subscription).iter().for_each(|queue| queue.confirm());
                }
                Effect::State { state, reason } => self.reporter.changed(state, reason),
            }
        }
        full.into_iter().for_each(|id| self.pause(id));
    }

    /// The application reads too slowly. The server's log keeps the following events.
    fn pause(&mut self, id: SubscriptionId) {
        tracing::debug!("10,000 items wait for the application: the subscription pauses");
        let (state, effects) = self.machine.unsubscribe(id, self.now());
        state.into_iter().for_each(|state| self.controllers.pause(id, state));
        self.perform(effects);
    }

    fn open(&mut self, connection: ConnectionId) {
        let (messages, receiver) = unbounded_channel();
        self.sockets.insert(connection, messages);
        let (endpoint, happened) = (self.endpoint.clone(), self.happened.clone());
        self.tasks.spawn(socket::run(connection, endpoint, happened, receiver));
    }

    fn get_token(&mut self, connection: ConnectionId) {
        let Some(get_token) = self.endpoint.token.clone() else { return };
        let happened = self.happened.clone();
        self.tasks.spawn(async move {
            let token = get_token().await;
            let token = token.inspect_err(|error| tracing::warn!(%error, "no new token")).ok();
            // Nobody receives it after the client is closed.
            let _ = happened.send(Input { connection, event: Happened::Token(token) }).await;
        });
    }

    async fn close(mut self, done: Option<oneshot::Sender<()>>) {
        self.run_machine(|machine, now| machine.close(now));
        self.sockets.clear();
        for queue in self.controllers.queues().filter(|queue| queue.close()) {
            self.savers.close(queue);
        }
        while self.tasks.join_next().await.is_some() {}
        // A client that was dropped does not wait.
        done.map(|done| done.send(()));
    }
}
