use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use tablecast_client::State;

use super::client::{Client, Random};
use super::server::{SUBJECTS, Server};

const MAX_STEPS: usize = 20_000;

#[derive(Clone, Copy)]
enum Step {
    Dispatch(usize),
    Open(u64),
    Receive(u64),
    Closed(u64),
    Handle(u64, usize),
    Read(usize),
    Drained(usize),
    Backoff,
    Cut(u64),
    Refused(u64),
    Reload,
    Pause(usize),
    FailedSend,
    DispatchedTwice,
    Unavailable,
    ReconnectRequested,
    Expired,
    Write(usize),
    Timer,
}

/// A client and a server.
pub struct Run {
    pub server: Server,
    pub client: Client,
    /// How often each step ran.
    pub counts: BTreeMap<&'static str, u32>,
    random: Random,
}

impl Run {
    pub fn new(seed: u64) -> Self {
        let random = Rc::new(RefCell::new(fastrand::Rng::with_seed(seed)));
        let mut server = Server::new();
        let client = Client::start(random.clone(), &mut server);
        Self { server, client, counts: BTreeMap::new(), random }
    }

    /// Runs one of the possible steps.
    pub fn step(&mut self, choice: u32) {
        let (kind, choice) = (choice % 100, choice as usize / 100);
        let progress = self.progress();
        let steps = match kind {
            0..3 => self.faults(),
            3..25 => triggers(),
            _ if progress.is_empty() => triggers(),
            _ => progress,
        };
        let step = steps[choice % steps.len()];
        *self.counts.entry(step.name()).or_default() += 1;
        self.run(step);
    }

    /// Runs without faults until every event has been delivered.
    pub fn finish(&mut self) {
        for _ in 0..MAX_STEPS {
            match self.progress().first() {
                Some(step) => self.run(*step),
                None if self.client.state() != State::Live => self.client.tick(&mut self.server),
                None => return,
            }
        }
        panic!("the simulation does not end: {}", self.client.state());
    }

    fn run(&mut self, step: Step) {
        let Self { server, client, random, .. } = self;
        match step {
            Step::Dispatch(dispatcher) => server.dispatch(dispatcher),
            Step::Open(id) => client.open(id, server),
            Step::Receive(id) => client.receive(id, server),
            Step::Closed(id) | Step::Cut(id) | Step::Refused(id) => client.disconnect(id, server),
            Step::Handle(id, message) => server.run(id, message),
            Step::Read(app) => client.apps[app].read(),
            Step::Drained(app) => client.resume(app, server),
            Step::Backoff | Step::Timer => client.tick(server),
            Step::Reload => client.load(server),
            Step::Pause(app) => client.pause(app, server),
            Step::FailedSend => server.fail_send(),
            Step::DispatchedTwice => server.dispatch_again(),
            Step::Unavailable => server.fails_next_ping = true,
            Step::ReconnectRequested => server.request_reconnect(),
            Step::Expired => self.expire(),
            Step::Write(number) => {
                let kind = random.borrow_mut().usize(..);
                server.write(SUBJECTS[number % SUBJECTS.len()], kind, client.now.as_millis());
            }
        }
    }

    /// Nothing changes for so long that every event of the logs expires.
    fn expire(&mut self) {
        for _ in 0..8 {
            self.client.tick(&mut self.server);
            while let Some(step) = self.progress().first() {
                self.run(*step);
            }
        }
        self.server.expire();
    }

    fn faults(&self) -> Vec<Step> {
        let cuts = self.server.connections.keys().map(|id| Step::Cut(*id));
        let refused = self.client.opening.iter().map(|id| Step::Refused(*id));
        let pauses = (0..self.client.apps.len()).map(Step::Pause);
        let others = [
            Step::Reload,
            Step::FailedSend,
            Step::DispatchedTwice,
            Step::Unavailable,
            Step::ReconnectRequested,
            Step::Expired,
        ];
        cuts.chain(refused).chain(pauses).chain(others).collect()
    }

    /// Steps that follow from earlier ones.
    fn progress(&self) -> Vec<Step> {
        let Self { server, client, .. } = self;
        let mut steps: Vec<_> = server.busy_dispatchers().into_iter().map(Step::Dispatch).collect();
        steps.extend(client.opening.iter().map(|id| Step::Open(*id)));
        for (id, connection) in &server.connections {
            match (connection.frames.is_empty(), connection.is_closing) {
                (false, _) => steps.push(Step::Receive(*id)),
                (true, true) => steps.push(Step::Closed(*id)),
                (true, false) => {}
            }
            steps.extend(connection.running().into_iter().map(|message| Step::Handle(*id, message)));
        }
        for (index, app) in client.apps.iter().enumerate() {
            match (app.queue.is_empty(), &app.paused) {
                (false, _) => steps.push(Step::Read(index)),
                (true, Some(_)) => steps.push(Step::Drained(index)),
                (true, None) => {}
            }
        }
        steps.extend((client.state() == State::Waiting).then_some(Step::Backoff));
        steps
    }
}

/// Steps that cause others.
fn triggers() -> Vec<Step> {
    (0..20).map(Step::Write).chain([Step::Timer]).collect()
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Dispatch(_) => "dispatch",
            Self::Open(_) => "open",
            Self::Receive(_) => "receive",
            Self::Closed(_) => "closed",
            Self::Handle(..) => "handle",
            Self::Read(_) => "read",
            Self::Drained(_) => "drained",
            Self::Backoff => "backoff",
            Self::Cut(_) => "cut",
            Self::Refused(_) => "refused",
            Self::Reload => "reload",
            Self::Pause(_) => "pause",
            Self::FailedSend => "failed send",
            Self::DispatchedTwice => "dispatched twice",
            Self::Unavailable => "unavailable",
            Self::ReconnectRequested => "reconnect requested",
            Self::Expired => "expired",
            Self::Write(_) => "write",
            Self::Timer => "timer",
        }
    }
}
