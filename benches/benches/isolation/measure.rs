use std::time::Duration;

use tablecast_benches::dynamodb::StandIn;
use tablecast_connections::Connections;
use tablecast_protocol::Protocol;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep, sleep_until};

use crate::audience::Audience;
use crate::churn::churn;
use crate::client::Group;
use crate::figures::{Figures, Latencies};
use crate::gateway::{Counts, Gateway, State};
use crate::lambda::{CONNECTIONS, Lambda};
use crate::load::{HOT, Load, SUBJECTS, TENANTS};
use crate::pipe::Pipe;
use crate::reconnect::reconnect;
use crate::scenario::Scenario;
use crate::services::Services;

/// The tenants' orders change alone before the load: the processes start, and the channels.
const WARM_UP: Duration = Duration::from_secs(2);
const LOAD: Duration = Duration::from_secs(10);

/// The longest wait for everything to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn measure(scenario: &Scenario) -> Figures {
    fastrand::seed(0);
    let (sender, receiver) = unbounded_channel();
    let (database, gateway) = (StandIn::new(), Gateway::new(SUBJECTS, scenario.rate));
    let services = Services { database: database.clone(), gateway, invocations: sender };
    let gateway = services.gateway.clone();
    let client = aws_sdk_dynamodb::Client::new(&services.config("audience"));
    let audience = Audience { gateway: gateway.clone(), connections: Connections::new(client, CONNECTIONS) };
    audience.connect_all(scenario, &database).await;

    let lambda = Lambda::start(services, receiver, scenario.rate);
    let pipe = Pipe::start(&lambda);
    put(&gateway, &pipe, 0.0, WARM_UP).await;
    gateway.state().counts = Counts::default();
    let (until, mut others) = (Instant::now() + LOAD, JoinSet::new());
    others.spawn_local(reconnect(audience.clone()));
    if scenario.churn > 0 {
        others.spawn_local(churn(audience, scenario.churn));
    }
    put(&gateway, &pipe, scenario.changes, LOAD).await;
    sleep_until(until).await;
    let end = until + PATIENCE;
    while Instant::now() < end && !gateway.state().has_all() && gateway.state().may_have_all(scenario, end) {
        sleep(Duration::from_millis(20)).await;
    }
    let figures = gateway.state().figures(until);
    Figures { invocations: lambda.invocations(), database: database.counts(), ..figures }
}

/// Puts the changes of some time.
async fn put(gateway: &Gateway, pipe: &Pipe, hot_changes: f64, time: Duration) {
    let load = Load { gateway: gateway.clone(), pipe: pipe.clone(), until: Instant::now() + time };
    let tenants = (0..TENANTS).map(|tenant| spawn_local(load.clone().change_orders(tenant)));
    let tenants: Vec<_> = tenants.collect();
    if hot_changes > 0.0 {
        load.clone().change_the_hot_order(hot_changes).await;
    }
    for tenant in tenants {
        tenant.await.unwrap();
    }
}

impl State {
    fn has_all(&self) -> bool {
        self.missing(Group::Tenants) + self.missing(Group::Crowd) == 0
    }

    /// Returns whether the account's rate allows that the crowd has everything by then.
    fn may_have_all(&self, scenario: &Scenario, end: Instant) -> bool {
        let posts = f64::from(scenario.rate) * end.duration_since(Instant::now()).as_secs_f64();
        scenario.protocol == Protocol::Batch
            || self.missing(Group::Tenants) > 0
            || (self.missing(Group::Crowd) as f64) < posts
    }

    /// Events that did not arrive at the connected clients.
    fn missing(&self, group: Group) -> usize {
        let sent: Vec<usize> = self.puts.iter().map(Vec::len).collect();
        match group {
            Group::Tenants => sent[..HOT].iter().sum::<usize>() - self.received(group),
            _ => sent[HOT] * self.clients_of(group).count() - self.received(group),
        }
    }

    fn received(&self, group: Group) -> usize {
        self.clients_of(group).flat_map(|client| client.received.values()).map(|one| one.count()).sum()
    }

    fn clients_of(&self, group: Group) -> impl Iterator<Item = &crate::client::Client> {
        self.clients.values().filter(move |client| client.group == group)
    }

    fn figures(&mut self, until: Instant) -> Figures {
        let (tenants_missing, crowd_missing) = (self.missing(Group::Tenants), self.missing(Group::Crowd));
        let good = self.clients.values().filter(|client| client.group != Group::Others);
        let lost = good.flat_map(|client| client.received.values()).map(|one| one.lost()).sum();
        let behind = match crowd_missing {
            0 => self.counts.crowd_last.map_or(Duration::ZERO, |last| last.saturating_duration_since(until)),
            _ => Instant::now().saturating_duration_since(until),
        };
        let counts = &mut self.counts;
        let take = |latencies: &mut Latencies| std::mem::take(latencies);
        Figures {
            tenants: take(&mut counts.tenants),
            tenants_missing,
            crowd: take(&mut counts.crowd),
            crowd_missing,
            behind,
            lost,
            disordered: counts.disordered,
            closed: counts.closed,
            posts: counts.posts,
            throttled: counts.throttled,
            crowd_posts: counts.crowd_posts,
            again: counts.again,
            invocations: 0,
            database: Default::default(),
        }
    }
}
