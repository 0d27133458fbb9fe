//! Starts everything on one machine in order, and stops it in reverse order.
//!
//! # Layout
//! - `definitions`: reads pipe files and schemas; `findings`: what `tablecast check` reports about them
//! - `watch`: finds edits of these files; `reload`: replaces what depends on them; `snapshot`: their copy for the
//!   functions
//! - `listeners`: binds the ports
//! - `environment`: the environment variables of the functions
//! - `stage`: the stage and the routes of the gateway
//! - `storage`: the database with all tables
//! - `http`: serves gateway, bus, page and catalogue on one port
//! - `task`: a task that ends with its owner; `error`: the errors of a start

mod definitions;
mod environment;
mod error;
mod findings;
mod http;
mod listeners;
mod reload;
mod snapshot;
mod stage;
mod storage;
mod task;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use futures_util::future::join_all;
use tablecast_authoring::check::Report;
use tablecast_pipes::Pipe;
use tablecast_tokens::development::Issuer;
use tokio::sync::oneshot;

use crate::addresses::Addresses;
use crate::bus::Bus;
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::database::Database;
use crate::definitions::Definitions;
use crate::functions::{Functions, FunctionsConfig};
use crate::gateway::Gateway;
use crate::hints::Hints;
use crate::issuer;
use crate::lambda;
use crate::names::FANOUT_FUNCTION;
use crate::options::{Auth, Options};
use crate::origins::Origins;
use crate::page::{Page, PipeStatus};
use crate::pipe_file::PipeFile;
use crate::pipes::{self, Destinations, EmbeddedPipe};
use crate::queues::Queues;
use listeners::Listeners;
use snapshot::Snapshot;
use task::Task;
use watch::Watch;

pub use error::StartError;
pub use stage::routes;

/// The task of `fanout` that finds channels without a worker.
const SWEEP: &[u8] = br#"{"sweep":true}"#;

/// The running local mode. Dropping it stops all requests; its processes end with the tokio runtime.
pub struct Machine {
    options: Options,
    addresses: Addresses,
    issuer: Option<Arc<Issuer>>,
    tables: Vec<String>,
    hints: Hints,
    /// The definitions that are in use.
    definitions: Definitions,
    report: Option<Report>,
    watch: Watch,
    pipes: Vec<Pipe>,
    page: Page,
    status: PipeStatus,
    catalogue: Catalogue,
    gateway: Gateway<Functions>,
    functions: Functions,
    database: Database,
    http: Task,
    _sweep: Task,
    database_server: Task,
    stop_database: oneshot::Sender<()>,
}

impl Machine {
    /// Returns when everything is ready to use.
    pub async fn start(options: &Options) -> Result<Self, StartError> {
        // Before the files are read, so that no edit is missed.
        let watch = Watch::new(options);
        let definitions = definitions::read(options)?;
        let files = definitions::compile(&definitions, options)?;
        let listeners = Listeners::bind(options).await?;
        let addresses = listeners.addresses;
        let issuer = issuer(options)?;
        let config = functions_config(options, &addresses, issuer.as_deref(), &definitions)?;
        let page = Page::new(options, &addresses, &files, issuer.clone());
        let (functions, report) = tokio::join!(Functions::start(config), findings::find(options, None));
        let functions = functions?;
        let database = storage::open(options.data.as_deref(), &files).await?;
        let (hints, tables) = (Hints::new(&files), tables(&files));
        // Before the database accepts writes, because a pipe that starts at LATEST would miss them.
        let pipes = pipes::start_all(embedded_pipes(options, files)?, &database, &functions).await?;
        let (stop_database, database_stopped) = oneshot::channel();
        let origins = Origins::listing(addresses.origins().into_iter().chain(options.origins.clone()));
        let database_server =
            storage::serve(database.clone(), listeners.dynamodb, origins.clone(), database_stopped);
        let clock = Clock::new();
        let routes = stage::routes(&options.auth).with_token_command(stage::token_command(options));
        let gateway =
            Gateway::new(functions.clone(), stage::stage(&addresses), routes, clock.clone(), origins);
        let catalogue = Catalogue::new(options, &addresses, &definitions);
        let status = PipeStatus::new(&pipes, report.as_ref());
        let beside = aws_services(options, &addresses, &functions);
        let beside = beside.merge(catalogue.router()).merge(status.router());
        let sweep = lambda::every_minute(functions.clone(), clock.clone(), FANOUT_FUNCTION, SWEEP);
        let clock = options.test_clock.then_some(clock);
        let http = http::serve(listeners.http, &gateway, &page, beside, clock);
        Ok(Self {
            options: options.clone(),
            addresses,
            issuer,
            tables,
            hints,
            definitions,
            report,
            watch,
            pipes,
            page,
            status,
            catalogue,
            gateway,
            functions,
            database,
            http,
            _sweep: Task::spawn(sweep),
            database_server,
            stop_database,
        })
    }

    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The tables of the pipes.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// Suggestions for a developer with these pipes.
    pub fn hints(&self) -> &Hints {
        &self.hints
    }

    /// Takes at most a few seconds. With a data folder, the next start delivers undelivered changes.
    pub async fn stop(self) {
        join_all(self.pipes.into_iter().map(Pipe::stop)).await;
        self.gateway.stop().await;
        self.functions.stop().await;
        drop(self.http);
        // Fails only if the task of the database has ended already.
        let _ = self.stop_database.send(());
        self.database_server.ended().await;
    }
}

fn issuer(options: &Options) -> Result<Option<Arc<Issuer>>, StartError> {
    Ok(match options.auth {
        Auth::Jwt => Some(Arc::new(issuer::open(options.folder())?)),
        Auth::None => None,
    })
}

fn functions_config(
    options: &Options,
    addresses: &Addresses,
    issuer: Option<&Issuer>,
    definitions: &Definitions,
) -> Result<FunctionsConfig, StartError> {
    let unusable = |reason| StartError::Folder { folder: std::env::temp_dir(), reason };
    let snapshot = Snapshot::write(definitions).map_err(unusable)?;
    Ok(environment::functions_config(options, addresses, issuer, snapshot))
}

/// The bus, Lambda and the queues of dead letters, which share a port with the gateway.
fn aws_services(options: &Options, addresses: &Addresses, functions: &Functions) -> Router {
    let queues = Queues::new(addresses.http(), dead_letters(options));
    Bus::default().router().merge(lambda::router(functions.clone())).merge(queues.router())
}

/// The folder with a file for the dead letters of each pipe.
fn dead_letters(options: &Options) -> PathBuf {
    options.folder().join("dead-letters")
}

fn tables(files: &[PipeFile]) -> Vec<String> {
    files.iter().map(|file| file.definition.table.clone()).collect()
}

fn embedded_pipes(options: &Options, files: Vec<PipeFile>) -> Result<Vec<EmbeddedPipe>, StartError> {
    let folder = dead_letters(options);
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
