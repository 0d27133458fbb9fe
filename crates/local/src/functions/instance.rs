use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tablecast_pipes::invoke::InvokeError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};
use uuid::Uuid;

use super::config::{Function, FunctionsConfig};
use super::message::{Invocation, Message, Outcome};
use super::process::Process;
use super::runtime_api::{Registration, RuntimeApi};

/// One process of a function. It handles one invocation at a time. Dropping the instance kills the process.
pub struct Instance {
    function: Function,
    init: Duration,
    idle: Duration,
    process: Process,
    messages: mpsc::Receiver<Message>,
    /// Set by the first poll.
    started: bool,
    _registration: Registration,
}

/// The result of an invocation.
pub enum Invoked {
    /// The process responded, and can handle another invocation.
    Completed(Result<Bytes, InvokeError>),
    /// The process ended before it received the payload.
    NotSent,
    /// The process is of no further use.
    Broken(InvokeError),
}

/// A waiting poll of the process. Sending the invocation responds to it.
type Poll = oneshot::Sender<Invocation>;

impl Instance {
    pub fn start(
        function: &Function,
        config: &FunctionsConfig,
        api: &RuntimeApi,
    ) -> Result<Self, InvokeError> {
        let (registration, messages) = api.register(&function.name);
        let binary = config.binary(&function.name);
        let process = Process::start(&binary, &function.name, &registration.address, &config.variables);
        let process = process.map_err(|reason| InvokeError::CannotStart {
            path: binary.clone(),
            reason: reason.to_string(),
        })?;
        info!("{}: started process {}", function.name, process.id());
        Ok(Self {
            function: function.clone(),
            init: config.init,
            idle: config.idle,
            process,
            messages,
            started: false,
            _registration: registration,
        })
    }

    pub async fn invoke(&mut self, payload: Bytes) -> Invoked {
        loop {
            let poll = match self.poll().await {
                Ok(poll) => poll,
                Err(_) if self.started => return Invoked::NotSent,
                Err(error) => return Invoked::Broken(error),
            };
            if self.process.has_ended() {
                return Invoked::NotSent;
            }
            let invocation = self.invocation(payload.clone());
            let id = invocation.id.clone();
            // Fails if the process closed the connection of its poll. Then it polls again.
            if poll.send(invocation).is_ok() {
                return self.result(&id).await;
            }
        }
    }

    /// Returns when the idle process has ended, or has been idle for too long.
    pub async fn idle(&mut self) {
        let function = &self.function.name;
        tokio::select! {
            biased;
            how = self.process.ended() => warn!("{function}: an idle process ended: {how}"),
            () = sleep(self.idle) => info!("{function}: ended an idle process"),
        }
    }

    pub async fn kill(&mut self) {
        self.process.kill().await;
    }

    /// Waits until the process polls for an invocation.
    async fn poll(&mut self) -> Result<Poll, InvokeError> {
        let init = self.init;
        match timeout(init, self.next_poll()).await {
            Ok(Ok(poll)) => Ok(poll),
            Ok(Err(how)) => Err(self.exited(how)),
            Err(_) => Err(self.exited(format!("it did not poll for an invocation within {init:?}"))),
        }
    }

    async fn next_poll(&mut self) -> Result<Poll, String> {
        loop {
            match self.message().await? {
                Message::Next(poll) => {
                    self.started = true;
                    return Ok(poll);
                }
                Message::InitError(error) => return Err(format!("its start failed: {error}")),
                Message::Outcome { .. } => self.log_unexpected_response(),
            }
        }
    }

    async fn result(&mut self, id: &str) -> Invoked {
        match timeout(self.function.timeout, self.outcome(id)).await {
            Ok(Ok(outcome)) => Invoked::Completed(self.convert(outcome)),
            Ok(Err(how)) => Invoked::Broken(self.exited(how)),
            Err(_) => Invoked::Broken(self.timed_out()),
        }
    }

    async fn outcome(&mut self, id: &str) -> Result<Outcome, String> {
        loop {
            match self.message().await? {
                Message::Outcome { id: invocation, outcome } if invocation == id => return Ok(outcome),
                Message::Outcome { .. } => self.log_unexpected_response(),
                Message::Next(_) => return Err("it polled for another invocation".to_owned()),
                Message::InitError(error) => return Err(error.to_string()),
            }
        }
    }

    /// Returns the next message of the process, or how it ended.
    async fn message(&mut self) -> Result<Message, String> {
        tokio::select! {
            biased;
            Some(message) = self.messages.recv() => Ok(message),
            how = self.process.ended() => Err(how),
        }
    }

    fn invocation(&self, payload: Bytes) -> Invocation {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline_ms = (since_epoch + self.function.timeout).as_millis();
        Invocation { id: Uuid::new_v4().to_string(), deadline_ms, payload }
    }

    fn convert(&self, outcome: Outcome) -> Result<Bytes, InvokeError> {
        let function = self.function.name.clone();
        match outcome {
            Outcome::Response(body) => Ok(body),
            Outcome::TooLarge(bytes) => Err(InvokeError::TooLarge { function, what: "a response", bytes }),
            Outcome::Error(error) => Err(InvokeError::Failed {
                function,
                error_type: error.error_type,
                message: error.error_message,
            }),
        }
    }

    fn exited(&self, how: String) -> InvokeError {
        InvokeError::Exited { function: self.function.name.clone(), how: self.process.with_last_lines(how) }
    }

    fn timed_out(&self) -> InvokeError {
        InvokeError::TimedOut { function: self.function.name.clone(), after: self.function.timeout }
    }

    fn log_unexpected_response(&self) {
        warn!("{}: discarded a response to no current invocation", self.function.name);
    }
}
