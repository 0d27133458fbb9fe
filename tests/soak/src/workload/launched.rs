//! The applications of the run.

use std::sync::Arc;

use fastrand::Rng;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::application::Application;
use super::copies::Copies;
use super::journal::Journal;
use super::lines::Reader;
use super::program::Program;
use super::receive::Schemas;
use super::roster::{self, Client};
use crate::addresses::Addresses;

pub struct Launched {
    is_finishing: watch::Sender<bool>,
    applications: Vec<JoinHandle<()>>,
}

impl Launched {
    /// Starts every client of the roster.
    pub fn start(addresses: &Addresses, schemas: &Arc<Schemas>, rng: &mut Rng) -> (Self, Arc<Journal>) {
        let clients = roster::clients();
        let with_collections: Vec<_> = clients.iter().filter(|client| client.has_collection).collect();
        let collections = with_collections.iter().map(|client| client.end()).collect();
        let journal = Arc::new(Journal::new(clients.iter().map(Client::log).collect(), collections));
        let copies = Copies::create(&addresses.folder);
        let is_finishing = watch::Sender::new(false);
        let run = |(number, client): (usize, &Client)| {
            let collection = with_collections.iter().position(|known| known.name == client.name);
            let application = Application {
                reader: reader(client, number, collection, &journal, schemas),
                program: Program::new(client, addresses, &copies),
                client: client.clone(),
                processes: addresses.clients.clone(),
                is_finishing: is_finishing.subscribe(),
                rng: rng.fork(),
            };
            tokio::spawn(application.run())
        };
        let applications = clients.iter().enumerate().map(run).collect();
        (Self { is_finishing, applications }, journal)
    }

    /// Closes every client.
    pub async fn finish(self) {
        self.is_finishing.send_replace(true);
        for application in self.applications {
            application.await.expect("a client panicked");
        }
    }
}

fn reader(
    client: &Client,
    number: usize,
    collection: Option<usize>,
    journal: &Arc<Journal>,
    schemas: &Arc<Schemas>,
) -> Reader {
    Reader {
        journal: Arc::clone(journal),
        schemas: Arc::clone(schemas),
        client: number,
        subscriptions: client.subscriptions.iter().map(|subscription| subscription.name).collect(),
        collection,
        name: client.name.clone(),
    }
}
