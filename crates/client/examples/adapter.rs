//! The client as a program for tests/conformance. It reads commands and prints what it receives, as lines of JSON.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tablecast_client::{Client, FileStore, Item, NotReady, Subscription, Timing};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[path = "adapter/schemas.rs"]
mod schemas;

/// The first argument.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    url: String,
    token: Option<Tokens>,
    store: Option<String>,
    #[serde(default)]
    options: Options,
    /// A folder with the schemas of events.
    validators: Option<String>,
    speed: Option<u32>,
    #[serde(default)]
    subscriptions: Vec<Subscribe>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Tokens {
    One(String),
    /// One for each call. The last one repeats.
    Each(Vec<String>),
}

/// Times in milliseconds.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    ping_every: Option<u64>,
    check_every: Option<u64>,
    leave_after: Option<(u64, u64)>,
}

#[derive(Deserialize)]
struct Subscribe {
    name: String,
    subjects: Vec<String>,
    types: Option<Vec<String>>,
    bookmark: Option<String>,
}

/// A line of the input.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Command {
    subscribe: Option<Subscribe>,
    unsubscribe: Option<String>,
    hold: Option<String>,
    read: Option<String>,
    wake: bool,
    close: bool,
}

struct Adapter {
    client: Client,
    open: HashMap<String, Reader>,
}

/// A task that reads one subscription, while the gate is open.
struct Reader {
    gate: watch::Sender<bool>,
    task: JoinHandle<()>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1).ok_or("the first argument is the configuration, in JSON")?;
    let Configuration { url, token, store, options, validators, speed, subscriptions } =
        serde_json::from_str(&argument)?;
    let mut builder = Client::builder(url).timing(options.timing()).speed(speed.unwrap_or(1));
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
    let mut adapter = Adapter { client: builder.start()?, open: HashMap::new() };
    subscriptions.into_iter().for_each(|subscribe| adapter.subscribe(subscribe));
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
            self.perform(command);
        }
        self.client.close().await;
        for Reader { task, .. } in self.open.into_values() {
            task.abort();
        }
        print(&json!({"closed": true}));
        // A thread waits for the next line, and would keep the program.
        std::process::exit(0)
    }

    fn perform(&mut self, command: Command) {
        let Command { subscribe, unsubscribe, hold, read, wake, .. } = command;
        subscribe.into_iter().for_each(|subscribe| self.subscribe(subscribe));
        if let Some(reader) = unsubscribe.and_then(|name| self.open.remove(&name)) {
            reader.task.abort();
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

    fn subscribe(&mut self, Subscribe { name, subjects, types, bookmark }: Subscribe) {
        let mut subscribe =
            self.client.subscribe(subjects).types(types.unwrap_or_default()).name(name.clone());
        if let Some(bookmark) = bookmark {
            subscribe = subscribe.bookmark(bookmark);
        }
        let (gate, is_open) = watch::channel(true);
        let task = tokio::spawn(read(name.clone(), subscribe.open(), is_open));
        self.open.insert(name, Reader { gate, task });
    }
}

async fn read(name: String, mut subscription: Subscription, mut is_open: watch::Receiver<bool>) {
    let mut ready = Box::pin(subscription.ready());
    let mut is_ready = false;
    loop {
        let item = tokio::select! {
            biased;
            ready = &mut ready, if !is_ready => {
                is_ready = true;
                print_ready(&name, &ready);
                continue;
            }
            item = subscription.next() => item,
        };
        let Some(item) = item else { return };
        // Both can become ready at once. The line comes first.
        if !is_ready && let Some(ready) = (&mut ready).now_or_never() {
            is_ready = true;
            print_ready(&name, &ready);
        }
        if is_open.wait_for(|is_open| *is_open).await.is_err() {
            return;
        }
        print_item(&name, &item);
        subscription.handled();
    }
}

fn print_ready(name: &str, ready: &Result<(), NotReady>) {
    if ready.is_ok() {
        print(&json!({"subscription": name, "ready": true}));
    }
}

fn print_item(name: &str, item: &Item) {
    let raw = |json: &str| serde_json::from_str::<Box<RawValue>>(json).ok();
    match item {
        Item::Event(event) => print_event(name, "event", raw(event.json())),
        Item::Late(event) => print_event(name, "late", raw(event.json())),
        Item::Gap(gap) => report(name, "gap", json!({"source": gap.source, "reason": gap.reason})),
        Item::Refused(refused) => {
            report(name, "refused", json!({"subject": refused.subject, "reason": refused.reason}));
        }
        Item::Invalid(invalid) => {
            report(name, "invalid", json!({"id": invalid.event.id(), "detail": invalid.detail}));
        }
        other => eprintln!("{name}: {other:?}"),
    }
}

/// Prints the event as the server sent it, with all digits.
fn print_event(name: &str, kind: &str, event: Option<Box<RawValue>>) {
    let event = event.as_deref().map_or("null", RawValue::get).replace(['\n', '\r'], " ");
    println!("{{\"subscription\":{},\"{kind}\":{event}}}", json!(name));
}

fn report(name: &str, kind: &str, value: Value) {
    print(&json!({"subscription": name, kind: value}));
}

fn print(line: &Value) {
    println!("{line}");
}

impl Tokens {
    fn list(self) -> Vec<String> {
        match self {
            Self::One(token) => vec![token],
            Self::Each(tokens) => tokens,
        }
    }
}

impl Options {
    fn timing(&self) -> Timing {
        let Timing { ping_every, check_every, leave_after } = Timing::default();
        let milliseconds = Duration::from_millis;
        Timing {
            ping_every: self.ping_every.map_or(ping_every, milliseconds),
            check_every: self.check_every.map_or(check_every, milliseconds),
            leave_after: self
                .leave_after
                .map_or(leave_after, |(from, to)| (milliseconds(from), milliseconds(to))),
        }
    }
}
