//! Plays one scenario.

use serde_json::Value;

use crate::adapter::{Adapter, Launch};
use crate::connection::Connection;
use crate::gateway::Gateway;
use crate::scenario::Scenario;
use crate::{Failure, within};

pub struct Run {
    pub(crate) gateway: Gateway,
    pub(crate) adapter: Adapter,
    pub(crate) connections: Vec<Connection>,
    /// The number of control events so far.
    pub(crate) count: usize,
    /// The last line of the application.
    pub(crate) last_line: Value,
}

/// Plays the scenario. Returns the step that failed, and what the client wrote to stderr.
pub async fn play(scenario: &Scenario, launch: &Launch) -> Result<(), Failure> {
    let gateway = Gateway::start().await?;
    let adapter = Adapter::start(launch, &gateway.url()?, &scenario.client)?;
    let mut run = Run { gateway, adapter, connections: Vec::new(), count: 0, last_line: Value::Null };
    let result = run.all(scenario).await;
    result.map_err(|failure| format!("{failure}\n{}", run.adapter.log()))
}

impl Run {
    async fn all(&mut self, scenario: &Scenario) -> Result<(), Failure> {
        for (n, step) in scenario.steps.iter().enumerate() {
            let result = self.perform(step).await;
            result.map_err(|failure| format!("step {}, {}: {failure}", n + 1, step.text))?;
        }
        self.end().await.map_err(|failure| format!("at the end: {failure}"))
    }

    /// Nothing more may have happened than the scenario expects.
    async fn end(&mut self) -> Result<(), Failure> {
        if !self.adapter.is_closing {
            self.flush().await?;
            self.assert_no_message()?;
        }
        self.adapter.close().await?;
        self.assert_quiet()
    }

    /// A client may unsubscribe while it closes, and ping at any time.
    pub(crate) fn assert_no_message(&mut self) -> Result<(), Failure> {
        let connections = self.connections.iter_mut().filter(|connection| connection.is_open());
        let mut messages = connections.flat_map(|connection| std::iter::from_fn(|| connection.unexpected()));
        match messages.find(|message| message["action"] != "ping") {
            Some(message) => Err(format!("the client also sent {message}")),
            None => Ok(()),
        }
    }

    /// Waits until the client has read everything.
    pub(crate) async fn flush(&mut self) -> Result<(), Failure> {
        for connection in self.connections.iter_mut().filter(|connection| connection.is_open()) {
            // A client that closes the connection has read everything.
            let flushed = connection.flush().await;
            if connection.is_open() {
                flushed?;
            }
        }
        Ok(())
    }

    pub(crate) fn assert_quiet(&self) -> Result<(), Failure> {
        match self.adapter.lines.with(|inbox| inbox.unexpected()) {
            Some(line) => Err(format!("the application also printed {line}")),
            None => Ok(()),
        }
    }

    pub(crate) fn connection(&mut self, on: Option<usize>) -> Result<&mut Connection, Failure> {
        let count = self.connections.len();
        let index = on.unwrap_or(count).checked_sub(1);
        let connection = index.and_then(|index| self.connections.get_mut(index));
        connection.ok_or(format!("the scenario has {count} connections, and not {on:?}"))
    }

    /// Compares the next line of each subscription.
    pub(crate) async fn line(&mut self, subscription: &str, expected: &str) -> Result<(), Failure> {
        let lines = self.adapter.lines.clone();
        let next = lines.wait(|inbox| {
            let line =
                if expected == "ready" { inbox.pop_ready(subscription) } else { inbox.pop(subscription) };
            line.or(inbox.has_ended.then(Default::default))
        });
        let (line, value) = within(&format!("the line {expected:?}"), next).await?;
        self.last_line = value;
        match line {
            line if line == expected => Ok(()),
            line if line.is_empty() => Err(format!("the client program ended before the line {expected:?}")),
            line => Err(format!("the application printed {line:?} in place of {expected:?}")),
        }
    }

    /// Drops earlier states.
    pub(crate) async fn state(&mut self, name: &str, reason: Option<&str>) -> Result<(), Failure> {
        let mut others = Vec::new();
        let is_it =
            |state: &(String, String)| state.0 == name && reason.is_none_or(|part| state.1.contains(part));
        let lines = self.adapter.lines.clone();
        let found = lines.wait(|inbox| {
            while let Some(state) = inbox.states.pop_front() {
                if is_it(&state) {
                    return Some(());
                }
                others.push(format!("{}: {}", state.0, state.1));
            }
            None
        });
        let found = within("the state", found).await;
        found.map_err(|failure| format!("{failure}. The other states: {others:?}"))
    }
}
