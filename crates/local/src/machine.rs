//! Everything together on one machine: started in order, stopped in the opposite order.
//!
//! # Layout
//! - `definitions`: reads pipe files and schemas, and refuses bad ones
//! - `addresses`: binds the ports
//! - `surroundings`: what the functions are told
//! - `http`: serves gateway, bus, page and catalogue on one port
//! - `error`: why it did not start

mod addresses;
mod definitions;
mod error;
mod http;
mod surroundings;

use std::path::Path;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::bus::Bus;
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::functions::Functions;
use crate::gateway::{Gateway, Routes, Stage};
use crate::issuer;
use crate::options::{Auth, Options};
use crate::page::Page;
use crate::pipes::{self, Destinations, EmbeddedPipe};
use addresses::Listeners;
use tablecast_pipes::Pipe;
use tablecast_protocol::message::ACTIONS;

pub use addresses::Addresses;
pub(crate) use definitions::PipeFile;
pub use error::StartError;
pub use surroundings::BUS_NAME;
pub(crate) use surroundings::REJECTED_TABLE;

/// The region and the account that everything here says it is in.
pub const REGION: &str = "us-east-1";

/// The running one-machine mode. Dropped, it takes no more requests; its processes end with the tokio runtime.
pub struct Machine {
    addresses: Addresses,
    tables: Vec<String>,
    pipes: Vec<Pipe>,
    gateway: Gateway<Functions>,
    functions: Functions,
    http: Task,
    database: Task,
    stop_database: oneshot::Sender<()>,
}

/// Ends with its owner.
struct Task(JoinHandle<()>);

impl Machine {
    /// Returns when everything is ready to be used.
    pub async fn start(options: &Options) -> Result<Self, StartError> {
        let files = definitions::read(options)?;
        let listeners = Listeners::bind(options).await?;
        let addresses = listeners.addresses;
        let issuer = match options.auth {
            Auth::Jwt { .. } => Some(issuer::open(options.folder())?),
            Auth::None => None,
        };
        let settings = surroundings::settings(options, &addresses, issuer.as_ref());
        let page = Page::new(options, &addresses, &files, issuer);
        let functions = Functions::start(settings).await?;
        let database = open(options.data.as_deref(), &files).await?;
        let tables = files.iter().map(|file| file.definition.table.clone()).collect();
        // Before anybody can write: a pipe that starts at LATEST would miss it. Who calls meanwhile waits at the port.
        let pipes = pipes::start_all(embedded_pipes(options, files)?, &database, &functions).await?;
        let (stop_database, database_stopped) = oneshot::channel();
        let database_server = serve(database.clone(), listeners.dynamodb, database_stopped);
        let clock = Clock::new();
        let gateway =
            Gateway::new(functions.clone(), stage(&addresses), routes(&options.auth), clock.clone());
        let clock = options.test_clock.then_some(clock);
        let others = Bus::default().router().merge(Catalogue::of(options, &addresses).router());
        let http = http::serve(listeners.http, &gateway, &page, others, clock);
        Ok(Self {
            addresses,
            tables,
            pipes,
            gateway,
            functions,
            http,
            database: database_server,
            stop_database,
        })
    }

    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The tables whose changes become events.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// Takes some seconds at most. What is not delivered yet comes again at the next start, if data is kept.
    pub async fn stop(self) {
        join_all(self.pipes.into_iter().map(Pipe::stop)).await;
        self.gateway.stop().await;
        self.functions.stop().await;
        drop(self.http);
        // The database's task has ended already when nobody listens.
        let _ = self.stop_database.send(());
        self.database.end().await;
    }
}

impl Task {
    fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(task))
    }

    async fn end(mut self) {
        let _ = (&mut self.0).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn open(folder: Option<&Path>, files: &[PipeFile]) -> Result<Database, DatabaseError> {
    let database = Database::open(folder, REGION)?;
    for definition in files.iter().map(|file| &file.definition) {
        if let Some(keys) = &definition.keys {
            database.create_streamed_table(&definition.table, keys).await?;
        }
    }
    database.create_expiring_table(surroundings::CONNECTIONS_TABLE).await?;
    database.create_expiring_table(surroundings::LOG_TABLE).await?;
    database.create_expiring_table(REJECTED_TABLE).await?;
    Ok(database)
}

fn serve(database: Database, listener: tokio::net::TcpListener, stopped: oneshot::Receiver<()>) -> Task {
    let stopped = async { drop(stopped.await) };
    Task::spawn(async move {
        if let Err(error) = database.serve(listener, stopped).await {
            warn!("DynamoDB is no longer served: {error}");
        }
    })
}

fn stage(addresses: &Addresses) -> Stage {
    Stage {
        api_id: "local".into(),
        name: "local".into(),
        domain_name: addresses.http.to_string(),
        execution_arn: format!("arn:aws:execute-api:{REGION}:000000000000:local"),
    }
}

/// The routes that Terraform creates: `$connect`, `$disconnect`, `$default`, and one for each client message.
pub fn routes(auth: &Auth) -> Routes {
    let messages = ACTIONS.map(|action| (action.name(), "subscribe"));
    let others = [("$connect", "connect"), ("$disconnect", "disconnect"), ("$default", "subscribe")];
    let routes: Routes = others.into_iter().chain(messages).collect();
    match auth {
        Auth::Jwt { .. } => routes.authorized_by("authorize"),
        Auth::None => routes,
    }
}

fn embedded_pipes(options: &Options, files: Vec<PipeFile>) -> Result<Vec<EmbeddedPipe>, StartError> {
    let folder = options.folder().join("dead-letters");
    std::fs::create_dir_all(&folder)
        .map_err(|reason| StartError::Folder { folder: folder.clone(), reason })?;
    let pipes = files.into_iter().map(|PipeFile { name, definition, filter, .. }| {
        let dead_letters = folder.join(format!("{name}.jsonl"));
        let destinations =
            Destinations { enrichment: "enrich".into(), target: "dispatch".into(), dead_letters };
        EmbeddedPipe::new(name, definition, filter, destinations)
    });
    Ok(pipes.collect())
}
