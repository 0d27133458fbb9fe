use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use tablecast_client::{BoxError, Client, FileStore, MemoryStore, Store};

use super::log::Log;
use super::server::{Connection, Server};
use super::{next, within};
use crate::server_events::{
    SOURCE, end, not_recovered, order, recovered, resumed, sources, subscribed, unsubscribed,
};

const ALL: &[&str] = &["orders/*"];

#[tokio::test]
async fn a_store_lets_another_client_continue_after_the_last_handled_event() {
    let folder = tempfile::tempdir().unwrap();
    let file = Arc::new(FileStore::new(folder.path().join("progress.json")));
    let stores: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::default()), file];
    for store in stores {
        let server = Server::start().await;
        let client = Client::builder(server.url()).store(store.clone()).start().unwrap();
        let mut orders = client.subscribe(["orders/*"]).open();
        let mut connection = server.live(ALL, 10).await;
        connection.send(&[order("orders/1", 11), order("orders/2", 12), order("orders/3", 13)]).await;
        for id in ["orders/1 11", "orders/2 12", "orders/3 13"] {
            assert_eq!(next(&mut orders).await, id);
        }
        within(client.close()).await;

        let client = Client::builder(server.url()).store(store).start().unwrap();
        let mut orders = client.subscribe(["orders/*"]).open();
        let mut connection = resume(&server, "e-12").await;
        connection.send(&[resumed("1", &[(SOURCE, recovered("e-13"))])]).await;
        connection.send(&[order("orders/2", 12), order("orders/3", 13)]).await;
        assert_eq!(next(&mut orders).await, "orders/3 13", "the first client did not handle it");
        orders.handled();
        connection.send(&[subscribed("1", ALL, &[(SOURCE, "e-13")])]).await;
        within(client.close()).await;
    }
}

/// Accepts a subscription that resumes after a position.
async fn resume(server: &Server, after: &str) -> Connection {
    let mut connection = server.accept().await;
    assert_eq!(connection.receive().await["after"], sources(&[(SOURCE, after)]));
    connection
}

#[tokio::test]
async fn a_bookmark_lets_another_client_continue() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    server.live(ALL, 10).await.send(&[order("orders/1", 11), order("orders/2", 12)]).await;
    next(&mut orders).await;
    next(&mut orders).await;
    let bookmark = orders.bookmark().unwrap();
    drop(client);
    let client = Client::builder(server.url()).start().unwrap();
    let _orders = client.subscribe(["orders/*"]).bookmark(bookmark).open();
    resume(&server, "e-11").await;
}

#[tokio::test]
async fn in_a_gap_the_bookmark_is_the_position_before_it() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    server.live(ALL, 10).await.send(&[order("orders/1", 11)]).await;
    assert_eq!(next(&mut orders).await, "orders/1 11");
    let mut connection = resume(&server, "e-11").await;
    connection.send(&[resumed("1", &[(SOURCE, not_recovered("trimmed"))])]).await;
    connection.send(&[subscribed("1", ALL, &[(SOURCE, "e-90")])]).await;
    assert_eq!(next(&mut orders).await, "gap trimmed");
    let bookmark = orders.bookmark().unwrap();
    let _later = client.subscribe(["orders/*"]).bookmark(bookmark).open();
    assert_eq!(connection.receive().await["after"], sources(&[(SOURCE, "e-11")]));
}

struct Broken;

impl Store for Broken {
    fn load(&self, _: &str) -> Result<Option<String>, BoxError> {
        Err("the disk is away".into())
    }

    fn save(&self, _: &str, _: &str) -> Result<(), BoxError> {
        Err("the disk is full".into())
    }
}

#[tokio::test]
async fn errors_of_a_store_are_items_and_the_subscription_goes_on() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).store(Broken).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    assert!(next(&mut orders).await.contains("cannot load the progress orders/*: the disk is away"));
    let mut connection = server.live(ALL, 10).await;
    connection.send(&[order("orders/1", 11)]).await;
    assert_eq!(next(&mut orders).await, "gap position-unknown");
    let (mut events, mut failures) = (0, 0);
    while events == 0 || failures == 0 {
        match next(&mut orders).await.as_str() {
            "orders/1 11" => events += 1,
            failed => {
                assert!(failed.contains("cannot save the progress orders/*: the disk is full"), "{failed}");
                failures += 1;
            }
        }
    }
}

/// Each save waits until the test allows it.
struct Slow {
    saved: Sender<String>,
    allowed: Mutex<Receiver<()>>,
}

impl Store for Slow {
    fn load(&self, _: &str) -> Result<Option<String>, BoxError> {
        Ok(None)
    }

    fn save(&self, _: &str, progress: &str) -> Result<(), BoxError> {
        let allowed = self.allowed.try_lock().expect("two saves at once");
        allowed.recv()?;
        Ok(self.saved.send(progress.to_owned())?)
    }
}

#[tokio::test]
async fn one_save_runs_at_a_time_and_the_last_one_has_the_latest_progress() {
    let server = Server::start().await;
    let (allow, allowed) = channel();
    let (saved, saves) = channel();
    let store = Slow { saved, allowed: Mutex::new(allowed) };
    let client = Client::builder(server.url()).store(store).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 10).await;
    for offset in 11..=20 {
        connection.send(&[order("orders/1", offset)]).await;
        next(&mut orders).await;
    }
    orders.handled();
    let bookmark = orders.bookmark().unwrap();
    let closing = tokio::spawn(client.close());
    (0..12).for_each(|_| allow.send(()).unwrap());
    within(closing).await.unwrap();
    let texts: Vec<_> = saves.try_iter().collect();
    assert_eq!(texts.last(), Some(&bookmark));
    assert!(texts.len() < 10, "changes are combined: {texts:?}");
}

/// Each save waits until the test allows it, and loads return the last one.
#[derive(Clone)]
struct SlowMemory {
    memory: Arc<MemoryStore>,
    allowed: Arc<Mutex<Receiver<()>>>,
}

impl Store for SlowMemory {
    fn load(&self, name: &str) -> Result<Option<String>, BoxError> {
        self.memory.load(name)
    }

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError> {
        self.allowed.lock().unwrap().recv()?;
        self.memory.save(name, progress)
    }
}

#[tokio::test]
async fn a_subscription_after_another_one_of_its_name_loads_the_last_save() {
    let server = Server::start().await;
    let (allow, allowed) = channel();
    let store = SlowMemory { memory: Arc::default(), allowed: Arc::new(Mutex::new(allowed)) };
    let client = Client::builder(server.url()).store(store).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 10).await;
    connection.send(&[order("orders/1", 11), order("orders/1", 12)]).await;
    assert_eq!([next(&mut orders).await, next(&mut orders).await], ["orders/1 11", "orders/1 12"]);
    orders.handled();
    let bookmark = orders.bookmark().unwrap();
    drop(orders);
    let mut again = client.subscribe(["orders/*"]).open();
    assert_eq!(connection.receive().await["action"], "unsubscribe");
    (0..10).for_each(|_| allow.send(()).unwrap());
    connection.send(&[unsubscribed("2", ALL)]).await;
    assert_eq!(connection.receive().await["after"], sources(&[(SOURCE, "e-12")]));
    assert_eq!(again.bookmark(), Some(bookmark));
    connection.send(&[resumed("3", &[(SOURCE, recovered("e-13"))]), order("orders/1", 13)]).await;
    connection.send(&[subscribed("3", ALL, &end(13))]).await;
    assert_eq!(next(&mut again).await, "orders/1 13");
}

/// A load waits until the test ends.
struct Loading(Mutex<Receiver<()>>);

impl Store for Loading {
    fn load(&self, _: &str) -> Result<Option<String>, BoxError> {
        Ok(self.0.lock().unwrap().recv().map(|()| None)?)
    }

    fn save(&self, _: &str, _: &str) -> Result<(), BoxError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_client_that_closes_does_not_wait_for_a_store_that_loads() {
    let server = Server::start().await;
    let (_loading, loaded) = channel();
    let client = Client::builder(server.url()).store(Loading(Mutex::new(loaded))).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let _connection = server.accept().await;
    within(client.close()).await;
    assert!(within(orders.next()).await.is_none());
}

#[tokio::test]
async fn the_log_has_the_error_of_the_last_save() {
    let log = Log::default();
    let lines = log.0.clone();
    let _log = tracing::subscriber::set_default(log);
    let server = Server::start().await;
    let client = Client::builder(server.url()).store(Broken).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    server.live(ALL, 10).await.send(&[order("orders/1", 11)]).await;
    while next(&mut orders).await != "orders/1 11" {}
    orders.handled();
    within(client.close()).await;
    let lines = lines.lock().unwrap();
    assert!(lines.iter().any(|line| line.contains("cannot save the progress orders/*")), "{lines:?}");
}
