//! The client as a program for tests/conformance. It reads commands and prints what it receives, as lines of JSON.
//!
//! - `configuration`: the first argument, and the lines of the input
//! - `clock`: the clock of the runtime
//! - `collection`: prints the lines of one collection
//! - `token_server`: gets tokens from a server
//! - `reader`: reads one subscription; `lines`: the lines of the output; `schemas`: checks events

mod clock;
mod collection;
mod configuration;
mod lines;
mod reader;
mod schemas;
mod token_server;

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tablecast_client::{Client, FileStore};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::task::JoinHandle;

use configuration::{Collect, Command, Configuration, Subscribe, Tokens};
use lines::print;
use reader::Reader;

struct Adapter {
    client: Client,
    open: HashMap<String, Reader>,
    collections: HashMap<String, JoinHandle<()>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1).ok_or("the first argument is the configuration, in JSON")?;
    let Configuration { url, token, token_url, store, options, validators, subscriptions, collections } =
        serde_json::from_str(&argument)?;
    let mut builder = Client::builder(url).timing(options.timing());
    builder = builder.on_state(|state, reason| {
        print(&json!({"state": state.to_string(), "reason": reason.to_string()}));
    });
    if let Some(path) = store {
        builder = builder.store(FileStore::new(path));
    }
    if let Some(folder) = validators {
        builder = builder.validate(move |event| schemas::validate(&folder, event));
    }
    let tokens = token.map(Tokens::list).filter(|tokens| !tokens.is_empty());
    if let Some(tokens) = tokens {
        let calls = AtomicUsize::new(0);
        builder = builder.token(move || {
            let call = calls.fetch_add(1, Ordering::Relaxed).min(tokens.len() - 1);
            std::future::ready(Ok(tokens[call].clone()))
        });
    }
    if let Some(url) = token_url {
        builder = builder.token(move || token_server::get(url.clone()));
    }
    let mut adapter = Adapter { client: builder.start()?, open: HashMap::new(), collections: HashMap::new() };
    subscriptions.into_iter().for_each(|subscribe| adapter.subscribe(subscribe));
    collections.into_iter().for_each(|collect| adapter.collect(collect));
    adapter.run().await
}

impl Adapter {
    async fn run(mut self) -> Result<(), Box<dyn Error>> {
        let mut lines = BufReader::new(stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            let command: Command = serde_json::from_str(&line)?;
            if command.close {
                break;
            }
            if let Some(milliseconds) = command.advance {
                clock::advance(Duration::from_millis(milliseconds)).await;
            }
            self.perform(command);
        }
        self.client.close().await;
        let readers = self.open.into_values().map(|reader| reader.task);
        for task in readers.chain(self.collections.into_values()) {
            task.abort();
            // It prints nothing more.
            let _ = task.await;
        }
        print(&json!({"closed": true}));
        // A thread waits for the next line, and would keep the program.
        std::process::exit(0)
    }

    fn perform(&mut self, command: Command) {
        let Command { subscribe, unsubscribe, hold, read, wake, .. } = command;
        subscribe.into_iter().for_each(|subscribe| self.subscribe(subscribe));
        if let Some(name) = unsubscribe {
            let reader = self.open.remove(&name).map(|reader| reader.task);
            reader.or_else(|| self.collections.remove(&name)).iter().for_each(JoinHandle::abort);
        }
        for (name, is_open) in [(hold, false), (read, true)] {
            let reader = name.and_then(|name| self.open.get(&name));
            if let Some(reader) = reader {
                reader.gate.send_replace(is_open);
            }
        }
        if wake {
            self.client.check_connection();
        }
    }

    fn collect(&mut self, collect: Collect) {
        let name = collect.name.clone();
        let collection = collection::open(&self.client, collect);
        self.collections.insert(name.clone(), tokio::spawn(collection::follow(name, collection)));
    }

    fn subscribe(&mut self, Subscribe { name, subjects, types, bookmark }: Subscribe) {
        let mut subscribe =
            self.client.subscribe(subjects).types(types.unwrap_or_default()).name(name.clone());
        if let Some(bookmark) = bookmark {
            subscribe = subscribe.bookmark(bookmark);
        }
        self.open.insert(name.clone(), Reader::start(name, subscribe.open()));
    }
}
