//! A crowd subscribes to one channel. The function `fanout` pushes to it, and its processes are killed (SIGKILL)
//! while it does. Every client receives every event in order, and other tenants receive theirs from `dispatch`.

use std::time::Duration;

use tablecast_tests::eventually::eventually;
use tablecast_tests::inbox::Inbox;
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes;
use tablecast_tests::socket::{Socket, with_query};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// More than `dispatch` pushes to itself.
const CROWD: usize = 560;
const ORDERS: usize = 20;
const STATUSES: [&str; 5] = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
const CHANGES: usize = ORDERS * STATUSES.len();
const KILLS: usize = 5;

struct Client {
    socket: Socket,
    inbox: Inbox,
    expected: usize,
}

impl Client {
    async fn connect(url: String, protocol: &'static str, tenant: &'static str, expected: usize) -> Self {
        let url = with_query(&url, &format!("subscribe=orders/{tenant}/*"));
        Self { socket: Socket::connect(&url, &[protocol]).await.unwrap(), inbox: Inbox::default(), expected }
    }

    async fn receive(mut self) -> Self {
        while self.inbox.events.len() < self.expected {
            self.inbox.add(&self.socket.text().await);
        }
        self
    }
}

/// A half of the crowd has each protocol.
async fn connect_crowd(local: &LocalMode) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in (0..CROWD).step_by(20) {
        let url = || local.addresses().clients.clone();
        let protocols = ["cloudevents.json", "cloudevents-batch.json"].into_iter().cycle().take(20);
        let connecting = protocols.map(|protocol| Client::connect(url(), protocol, "acme", CHANGES));
        clients.extend(connecting.collect::<JoinSet<_>>().join_all().await);
    }
    clients
}

/// Changes all orders of a tenant, one status after the other.
async fn write(local: &LocalMode, tenant: &str, pause: Duration) {
    for status in STATUSES {
        let orders = (0..ORDERS).map(|id| order_of(tenant, &id.to_string(), status));
        local.dynamodb().put_all("orders", orders.collect()).await;
        sleep(pause).await;
    }
}

/// Kills processes of `fanout` while they work.
async fn kill_workers(local: &LocalMode) {
    for _ in 0..KILLS {
        let worker = eventually("a process of fanout", async || {
            let process = local.processes_of("fanout").first()?.id;
            processes::signal(process, "KILL").then_some(process)
        });
        let worker = worker.await;
        eventually("its end", async || (!processes::is_alive(worker)).then_some(())).await;
    }
}

/// Brings the schedule forward that finds channels without a worker. A worker that follows waits ten seconds of real
/// time for the lease of the killed one. The gateway closes clients that get nothing for ten minutes, so a slow
/// machine has ever longer pauses.
async fn sweep(local: &LocalMode, mut done: watch::Receiver<bool>) {
    let mut pause = Duration::from_secs(5);
    while !*done.borrow_and_update() {
        local.advance("1m").await;
        let _done_or_elapsed = timeout(pause, done.changed()).await;
        pause = (pause * 3 / 2).min(Duration::from_secs(30));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_receives_every_event_in_order_although_its_workers_are_killed() {
    processes::allow_many_open_files();
    let local = LocalMode::start_with(&["--test-clock"]).await;
    let crowd = connect_crowd(&local).await;
    let other =
        Client::connect(local.addresses().clients.clone(), "cloudevents.json", "globex", CHANGES).await;
    let receiving: JoinSet<_> = crowd.into_iter().map(Client::receive).collect();
    let (done, is_done) = watch::channel(false);
    let delivery = async {
        tokio::join!(
            write(&local, "acme", Duration::from_millis(300)),
            write(&local, "globex", Duration::ZERO),
            kill_workers(&local)
        );
        let received = receiving.join_all().await;
        done.send_replace(true);
        received
    };
    let (crowd, other, ()) = tokio::join!(delivery, other.receive(), sweep(&local, is_done));
    assert!(crowd.iter().chain([&other]).all(|client| client.inbox.is_in_order()));
    assert!(crowd.iter().chain([&other]).all(|client| client.inbox.events.len() == client.expected));
    assert_eq!(local.dead_letters(), "");
}
