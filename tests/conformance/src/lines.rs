//! The lines that a client program prints.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::Notify;

use crate::items;

/// The lines that no step has expected yet.
#[derive(Default)]
pub struct Inbox {
    /// By subscription: the short form, and the line.
    subscriptions: HashMap<String, VecDeque<(String, Value)>>,
    /// The subscriptions that are ready, and whether a step expected it. A client reports it beside the other lines.
    ready: HashMap<String, bool>,
    /// States with their reasons.
    pub states: VecDeque<(String, String)>,
    /// The program printed its last line.
    pub is_closed: bool,
    /// The program closed its output.
    pub has_ended: bool,
    problem: Option<String>,
}

impl Inbox {
    /// Returns the next line.
    pub fn pop(&mut self, subscription: &str) -> Option<(String, Value)> {
        self.subscriptions.get_mut(subscription)?.pop_front()
    }

    /// Returns the line `ready`, each time.
    pub fn pop_ready(&mut self, subscription: &str) -> Option<(String, Value)> {
        *self.ready.get_mut(subscription)? = true;
        Some(("ready".to_owned(), Value::Null))
    }

    /// Returns a line that no step expected, or one that is not of the protocol.
    pub fn unexpected(&self) -> Option<String> {
        let lines =
            self.subscriptions.iter().flat_map(|(name, lines)| lines.iter().map(move |line| (name, line)));
        let texts = lines.map(|(name, (text, _))| format!("{text:?} of the subscription {name}"));
        let ready = self.ready.iter().filter(|(_, is_expected)| !**is_expected);
        let mut texts = texts.chain(ready.map(|(name, _)| format!("that the subscription {name} is ready")));
        self.problem.clone().or_else(|| texts.next())
    }

    fn add(&mut self, text: &str) {
        match serde_json::from_str::<Value>(text).ok().as_ref().and_then(Value::as_object) {
            Some(line) if line.contains_key("closed") => self.is_closed = true,
            Some(line) if line.contains_key("state") => {
                let member = |name| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                self.states.push_back((member("state"), member("reason")));
            }
            Some(line) => self.add_line(text, Value::Object(line.clone())),
            None => self.problem = Some(format!("{text:?}, which is no JSON object")),
        }
    }

    fn add_line(&mut self, text: &str, line: Value) {
        let short = short(&line);
        let name = line["subscription"].as_str().or(line["collection"].as_str());
        match (name.map(str::to_owned), short) {
            (Some(name), Some(short)) if short == "ready" => _ = self.ready.entry(name).or_default(),
            (Some(name), Some(short)) => self.subscriptions.entry(name).or_default().push_back((short, line)),
            _ => self.problem = Some(format!("{text:?}, which is no line of the adapter protocol")),
        }
    }
}

/// Returns for example `event acme 11`, or `gap trimmed tablecast/orders/acme`.
fn short(line: &Value) -> Option<String> {
    let member = |value: &Value, name: &str| value[name].as_str().unwrap_or("?").to_owned();
    let two = |kind: &str, first: &str, second: &str| {
        Some(format!("{kind} {} {}", member(&line[kind], first), member(&line[kind], second)))
    };
    if let Some(text) = items::short(line) {
        return Some(text);
    }
    let kinds = ["ready", "event", "late", "invalid", "gap", "refused", "stale"];
    match kinds.into_iter().find(|kind| !line[*kind].is_null())? {
        kind @ ("ready" | "stale") => Some(kind.to_owned()),
        "gap" => two("gap", "reason", "source"),
        "refused" => two("refused", "reason", "subject"),
        kind => Some(format!("{kind} {}", member(&line[kind], "id"))),
    }
}

/// The inbox that a task fills.
#[derive(Clone, Default)]
pub struct Lines {
    inbox: Arc<Mutex<Inbox>>,
    changed: Arc<Notify>,
}

impl Lines {
    pub fn read(&self, output: impl AsyncRead + Send + Unpin + 'static) {
        let this = self.clone();
        this.with(|inbox| (inbox.is_closed, inbox.has_ended) = (false, false));
        tokio::spawn(async move {
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                this.with(|inbox| inbox.add(&line));
                this.changed.notify_waiters();
            }
            this.with(|inbox| inbox.has_ended = true);
            this.changed.notify_waiters();
        });
    }

    pub fn with<T>(&self, action: impl FnOnce(&mut Inbox) -> T) -> T {
        action(&mut self.inbox.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the function returns a value.
    pub async fn wait<T>(&self, mut find: impl FnMut(&mut Inbox) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(found) = self.with(&mut find) {
                return found;
            }
            changed.await;
        }
    }
}
