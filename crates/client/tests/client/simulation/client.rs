use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tablecast_client::machine::{
    Effect, Machine, NEVER, Reason, SubscriptionConfig, SubscriptionId, SubscriptionState,
};
use tablecast_client::{Filter, State, Timing};

use super::app::{App, Queued};
use super::server::Server;

/// docs/adr/0014-the-log.md: the longest time from an append to the last send (ms).
const MAX_DISPATCH_TIME: u128 = 190_000;

/// Random numbers of a seed.
pub type Random = Rc<RefCell<fastrand::Rng>>;

/// A process with five applications, of which some have the same subject, and the machine that connects them with the
/// server.
pub struct Client {
    pub now: Duration,
    pub apps: Vec<App>,
    /// The connections that are not open yet.
    pub opening: Vec<u64>,
    machine: Machine,
    random: Random,
}

impl Client {
    pub fn start(random: Random, server: &mut Server) -> Self {
        let apps = vec![
            App::new(&["a/*"], &["x.v1"]),
            App::new(&["*"], &[]),
            App::new(&["b/1"], &[]),
            App::new(&["*"], &["y.v1"]),
            App::new(&["b/1", "a/*"], &[]),
        ];
        let machine = machine(&random);
        let mut client = Self { now: Duration::ZERO, apps, opening: Vec::new(), machine, random };
        client.load(server);
        client
    }

    pub fn state(&self) -> State {
        self.machine.state()
    }

    /// Starts the process. After another start, only the saved progress remains.
    pub fn load(&mut self, server: &mut Server) {
        server.connections.clear();
        self.opening.clear();
        self.machine = machine(&self.random);
        self.apps.iter_mut().for_each(|app| app.active = None);
        let effects = self.machine.start(self.now);
        self.perform(effects, server);
        for index in 0..self.apps.len() {
            let app = &mut self.apps[index];
            app.reload();
            let filter = Filter::new(app.subjects.clone(), app.types.clone());
            let state = SubscriptionState::new(SubscriptionConfig { filter, progress: app.saved.clone() });
            self.subscribe(index, state, server);
        }
    }

    /// The client does this while an application reads nothing.
    pub fn pause(&mut self, app: usize, server: &mut Server) {
        let Some(active) = self.apps[app].active.take() else { return };
        let (state, effects) = self.machine.unsubscribe(active, self.now);
        self.apps[app].paused = state;
        self.perform(effects, server);
    }

    pub fn resume(&mut self, app: usize, server: &mut Server) {
        let paused = self.apps[app].paused.take().unwrap();
        self.subscribe(app, paused, server);
    }

    pub fn open(&mut self, id: u64, server: &mut Server) {
        self.opening.retain(|other| *other != id);
        server.open(id);
        let effects = self.machine.opened(id, None, self.now);
        self.perform(effects, server);
    }

    pub fn receive(&mut self, id: u64, server: &mut Server) {
        let frame = server.connections.get_mut(&id).unwrap().frames.pop_front().unwrap();
        let effects = self.machine.received(id, &frame, self.now);
        self.perform(effects, server);
    }

    pub fn disconnect(&mut self, id: u64, server: &mut Server) {
        self.close(id, server);
        let effects = self.machine.disconnected(id, Reason::from("cut"), self.now);
        self.perform(effects, server);
    }

    /// Moves the clock to the next timer. Older events are dispatched first.
    pub fn tick(&mut self, server: &mut Server) {
        let wake_at = self.machine.wake_at();
        if wake_at < NEVER {
            server.dispatch_before(wake_at.as_millis().saturating_sub(MAX_DISPATCH_TIME));
            self.now = self.now.max(wake_at);
        }
        let effects = self.machine.tick(self.now);
        self.perform(effects, server);
    }

    fn subscribe(&mut self, app: usize, state: SubscriptionState, server: &mut Server) {
        let (id, effects) = self.machine.subscribe(state, self.now);
        self.apps[app].active = Some(id);
        self.perform(effects, server);
    }

    fn close(&mut self, id: u64, server: &mut Server) {
        server.connections.remove(&id);
        self.opening.retain(|other| *other != id);
    }

    fn perform(&mut self, effects: Vec<Effect>, server: &mut Server) {
        let ends = server.logs.iter().map(|log| (log.source.clone(), log.events.len() as u64));
        let log_ends = Rc::new(ends.collect::<BTreeMap<_, _>>());
        for effect in effects {
            match effect {
                Effect::Open { connection } => self.opening.push(connection),
                Effect::Send { connection, message } => server.handle(connection, message),
                Effect::Close { connection, .. } => self.close(connection, server),
                Effect::Deliver { subscription, delivery } => {
                    if let Some(app) = self.app_of(subscription) {
                        app.queue.push_back(Queued { delivery, log_ends: log_ends.clone() });
                    }
                }
                _ => {}
            }
        }
    }

    fn app_of(&mut self, id: SubscriptionId) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.active == Some(id))
    }
}

fn machine(random: &Random) -> Machine {
    let mut own = random.borrow_mut().fork();
    Machine::new(Timing::default(), move || own.f64(), None)
}
