//! The programs of the clients, which tests/conformance also runs, and their configuration.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tablecast_tests::project;
use tokio::process::{Child, Command};

use super::copies::Copies;
use super::roster::Client;
use crate::addresses::Addresses;
use crate::system::clock;

/// How often clients ping, check and move to another connection (ms).
const PING: u64 = 5_000;
const CHECK: u64 = 10_000;
const LEAVE: [u64; 2] = [20_000, 60_000];

/// The part of a client that all of its processes share.
pub struct Program {
    command: Vec<PathBuf>,
    configuration: Value,
    environment: Vec<(String, String)>,
    /// The file that sets its clock.
    pub clock: Option<PathBuf>,
    errors: PathBuf,
}

impl Program {
    pub fn new(client: &Client, addresses: &Addresses, copies: &Copies) -> Self {
        let file = |extension: &str| addresses.folder.join(format!("{}.{extension}", client.name));
        let clock = clock::is_available().then(|| file("clock"));
        let environment = clock.as_deref().map(clock::environment).unwrap_or_default();
        clock.iter().for_each(|file| clock::set(file, 0));
        let configuration = configuration(client, addresses, &file("store"));
        Self {
            command: copies.command(client.language),
            configuration,
            environment,
            clock,
            errors: file("err"),
        }
    }

    pub fn start(&self) -> Child {
        let errors = std::fs::OpenOptions::new().create(true).append(true).open(&self.errors).unwrap();
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg(self.configuration.to_string());
        command.envs(self.environment.clone()).current_dir(project());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        command.kill_on_drop(true).spawn().expect("cannot start a client")
    }
}

fn configuration(client: &Client, addresses: &Addresses, store: &Path) -> Value {
    let subscriptions = client.subscriptions.iter().map(|subscription| {
        let types = (!subscription.types.is_empty()).then_some(subscription.types);
        json!({"name": subscription.name, "subjects": client.patterns(subscription), "types": types})
    });
    let collection =
        json!({"name": "board", "type": "order.v1", "subjects": [format!("orders/{}/*", client.tenant)]});
    let collections = client.has_collection.then_some(collection);
    json!({
        "url": addresses.websocket,
        "tokenUrl": token_url(client, addresses),
        "store": client.is_durable().then_some(store),
        "options": {"pingEvery": PING, "checkEvery": CHECK, "leaveAfter": LEAVE},
        "subscriptions": subscriptions.collect::<Vec<_>>(),
        "collections": collections.into_iter().collect::<Vec<_>>(),
    })
}

fn token_url(client: &Client, addresses: &Addresses) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("tenant", client.tenant).append_pair("subject", &client.name);
    query.append_pair("seconds", &client.seconds.to_string());
    format!("{}/?{}", addresses.tokens, query.finish())
}
