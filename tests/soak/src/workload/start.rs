//! Starts the clients, the consumer of the bus and the writers.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::Workload;
use super::control::Control;
use super::database::Database;
use super::item::Table;
use super::journal::Journal;
use super::launched::Launched;
use super::receive::Schemas;
use super::roster;
use super::stock::Stock;
use crate::addresses::Addresses;

/// Clients start on a busy machine, while nothing is broken yet.
const STARTING: Duration = Duration::from_secs(300);

/// Returns when every client is ready, and the writers write.
pub async fn start(addresses: &Addresses, seed: u64) -> Workload {
    let mut rng = Rng::with_seed(seed);
    let schemas = Arc::new(Schemas::load());
    let (launched, journal) = Launched::start(addresses, &schemas, &mut rng);
    read_bus(addresses, &journal, &schemas);
    wait_for_clients(&journal).await;
    let database = Database::new(&addresses.dynamodb);
    database.expire(Table::Accounts.name()).await;
    start_writers(database, journal, launched, &mut rng)
}

async fn wait_for_clients(journal: &Journal) {
    let ready = async {
        while !journal.is_ready() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    assert!(timeout(STARTING, ready).await.is_ok(), "the clients are not ready: {:?}", journal.missing());
}

fn read_bus(addresses: &Addresses, journal: &Arc<Journal>, schemas: &Arc<Schemas>) {
    let published = addresses.published.lock().unwrap_or_else(PoisonError::into_inner).take();
    let mut published = published.expect("the events of the bus are read once");
    let (journal, schemas) = (Arc::clone(journal), Arc::clone(schemas));
    tokio::spawn(async move {
        while let Some(event) = published.recv().await {
            match schemas.receive(event, journal.time()) {
                Ok(event) => journal.published(event),
                Err(error) => journal.problem(format!("bus: {error}")),
            }
        }
    });
}

fn start_writers(database: Database, journal: Arc<Journal>, launched: Launched, rng: &mut Rng) -> Workload {
    let control = Arc::new(Control::default());
    let mut stock =
        |tenant: &&str| Arc::new(Mutex::new(Stock::new(tenant, rng.u64(..), Arc::clone(&control))));
    let stocks: Vec<_> = roster::TENANTS.iter().map(&mut stock).collect();
    let (tasks, stops) = Default::default();
    let workload = Workload { journal, database, stocks, stops, tasks, control, launched };
    *workload.lock_tasks() = workload.writers().map(|writer| tokio::spawn(writer.run())).collect();
    workload
}
