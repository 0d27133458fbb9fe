use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, UnboundedReceiver, channel};
use tokio::sync::oneshot;
use tokio::time::sleep_until;

use super::clock::Clock;
use super::controllers::Command;
use super::reporter::Reporter;
use super::runner::Runner;
use super::savers::Savers;
use super::socket::{Endpoint, Happened, Input};
use super::wake_watch::WakeWatch;
use crate::machine::{Effect, Machine, SubscriptionId};

/// How many frames wait for the machine. Then the server has to wait.
const MAX_FRAMES: usize = 64;

/// The machine, and everything that is an input of it.
pub(super) struct Transport {
    machine: Machine,
    clock: Clock,
    runner: Runner,
    savers: Arc<Savers>,
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
        let runner = Runner::new(endpoint, reporter, happened);
        Self { machine, clock, runner, savers }.serve(commands, inputs).await;
    }

    async fn serve(mut self, mut commands: UnboundedReceiver<Command>, mut inputs: Receiver<Input>) {
        self.input(Machine::start);
        let mut watch = WakeWatch::start();
        let closed = loop {
            let wake = self.clock.instant(self.machine.wake_at());
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Close(done)) => break Some(done),
                    Some(command) => {
                        // Inputs that arrived before the command come first.
                        let earlier = std::iter::from_fn(|| inputs.try_recv().ok()).take(MAX_FRAMES);
                        earlier.for_each(|input| self.happened(input));
                        self.command(command);
                    }
                    None => break None,
                },
                Some(input) = inputs.recv() => self.happened(input),
                () = sleep_until(wake) => self.input(Machine::tick),
                () = sleep_until(watch.due()) => {
                    self.runner.forget_ended();
                    if watch.slept() {
                        self.input(Machine::woke);
                    }
                }
            }
        };
        drop(inputs);
        self.close(closed, commands).await;
    }

    fn input(&mut self, input: impl FnOnce(&mut Machine, Duration) -> Vec<Effect>) {
        let effects = input(&mut self.machine, self.clock.now());
        for id in self.runner.run(effects) {
            self.pause(id);
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            // The application closed it while its progress was loaded, or while it was paused.
            Command::Subscribe { queue, .. } if queue.is_closed() => {}
            Command::Subscribe { number, queue, state } => {
                let (id, effects) = self.machine.subscribe(*state, self.clock.now());
                self.runner.controllers.add(number, queue, id);
                self.input(|_, _| effects);
            }
            Command::Collect { sink, .. } if sink.is_closed() => {}
            Command::Collect { number, sink, state } => {
                let (id, effects) = self.machine.subscribe(*state, self.clock.now());
                self.runner.collections.add(number, sink, id);
                self.input(|_, _| effects);
            }
            Command::Drained(number) => {
                if let Some((queue, state)) = self.runner.controllers.resume(number) {
                    self.command(Command::Subscribe { number, queue, state });
                }
            }
            Command::Unsubscribe(number) => {
                let Runner { controllers, collections, .. } = &mut self.runner;
                if let Some(id) = controllers.remove(number).or_else(|| collections.remove(number)) {
                    self.input(|machine, now| machine.unsubscribe(id, now).1);
                }
            }
            Command::Wake => self.input(Machine::woke),
            // The loop handles it.
            Command::Close(_) => {}
        }
    }

    fn happened(&mut self, Input { connection, event }: Input) {
        self.input(|machine, now| match event {
            Happened::Opened { expires_in } => machine.opened(connection, expires_in, now),
            Happened::Received(frame) => machine.received(connection, &frame, now),
            Happened::Disconnected(reason) => machine.disconnected(connection, reason, now),
            Happened::Token(Some(token)) => machine.token_received(connection, token, now),
            Happened::Token(None) => machine.token_failed(connection, now),
        });
    }

    /// The application reads too slowly. The server's log keeps the following events.
    fn pause(&mut self, id: SubscriptionId) {
        tracing::debug!("10,000 items wait for the application: the subscription pauses");
        let (state, effects) = self.machine.unsubscribe(id, self.clock.now());
        state.into_iter().for_each(|state| self.runner.controllers.pause(id, state));
        self.input(|_, _| effects);
    }

    async fn close(mut self, done: Option<oneshot::Sender<()>>, mut commands: UnboundedReceiver<Command>) {
        self.input(Machine::close);
        self.close_queues();
        commands.close();
        while let Some(command) = commands.recv().await {
            match command {
                Command::Subscribe { queue, .. } => self.savers.close(&queue),
                Command::Collect { sink, .. } => sink.close(),
                _ => {}
            }
        }
        self.runner.closed().await;
        // A client that was dropped does not wait.
        done.map(|done| done.send(()));
    }

    fn close_queues(&self) {
        self.runner.controllers.queues().for_each(|queue| self.savers.close(queue));
        self.runner.collections.close();
    }
}

/// Closes the subscriptions also after a panic in a function of the application. Otherwise they would wait forever.
impl Drop for Transport {
    fn drop(&mut self) {
        self.close_queues();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{SubscriptionConfig, SubscriptionState, Timing};
    use crate::wire::filter::Filter;

    #[tokio::test]
    async fn a_subscription_that_was_closed_before_it_started_is_none() {
        let savers = Arc::new(Savers::new(None));
        let (happened, _inputs) = channel(1);
        let endpoint = Endpoint { url: "ws://127.0.0.1:1".to_owned(), token: None };
        let runner = Runner::new(endpoint, Reporter::new(None).0, happened);
        let machine = Machine::new(Timing::default(), || 0.5, None);
        let mut transport = Transport { machine, clock: Clock::start(), runner, savers };
        let (queue, _) = transport.savers.add("orders".to_owned(), 1, false);
        queue.close();
        let filter = Filter::new(["orders/*"], [""; 0]);
        let state = Box::new(SubscriptionState::new(SubscriptionConfig { filter, progress: None }));
        transport.command(Command::Subscribe { number: 0, queue, state });
        assert_eq!(transport.runner.controllers.queues().count(), 0);
    }
}
