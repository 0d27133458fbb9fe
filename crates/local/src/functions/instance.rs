use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};
use uuid::Uuid;

use super::message::{Answer, Invocation, Message};
use super::pool::{Job, Pool};
use super::process::Process;
use super::runtime_api::{Registration, RuntimeApi};
use super::{Function, Settings};
use crate::invoke::InvokeError;

/// One process of a function: it is given one invocation at a time, and is killed when this is dropped.
pub struct Instance {
    function: Function,
    init: Duration,
    idle: Duration,
    process: Process,
    messages: mpsc::Receiver<Message>,
    /// Whether it has ever asked for an invocation.
    started: bool,
    _registration: Registration,
}

type Poll = oneshot::Sender<Invocation>;

impl Instance {
    pub fn start(function: &Function, settings: &Settings, api: &RuntimeApi) -> Result<Self, InvokeError> {
        let (registration, messages) = api.register(&function.name);
        let binary = settings.binary(&function.name);
        let process =
            Process::start(&binary, &function.name, &registration.address, &settings.variables).map_err(
                |reason| InvokeError::CannotStart { path: binary.clone(), reason: reason.to_string() },
            )?;
        info!("{}: started, process {}", function.name, process.id());
        Ok(Self {
            function: function.clone(),
            init: settings.init,
            idle: settings.idle,
            process,
            messages,
            started: false,
            _registration: registration,
        })
    }

    /// Works until it ends or has been idle for too long.
    pub async fn live(mut self, first: Job, pool: Pool) {
        let mut next = Some(first);
        while let Some(job) = next {
            next = match self.poll().await {
                Ok(poll) => self.work(poll, job, &pool).await,
                Err(_) if self.started => return pool.submit(job),
                Err(error) => return job.finish(Err(error)),
            };
        }
    }

    /// Waits until the process asks for an invocation.
    async fn poll(&mut self) -> Result<Poll, InvokeError> {
        let init = self.init;
        let polled = timeout(init, self.next_poll()).await;
        let late = || format!("it did not ask for an invocation within {init:?}");
        match polled {
            Ok(Ok(poll)) => Ok(poll),
            Ok(Err(how)) => Err(self.ended(how)),
            Err(_) => Err(self.ended(late())),
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
                Message::Answer { .. } => warn!("{}: an answer that nobody waits for", self.function.name),
            }
        }
    }

    /// One invocation; then the next job, if one comes.
    async fn work(&mut self, poll: Poll, job: Job, pool: &Pool) -> Option<Job> {
        if self.process.has_ended() {
            pool.submit(job);
            return None;
        }
        let invocation = self.invocation(job.payload.clone());
        let id = invocation.id.clone();
        if poll.send(invocation).is_err() {
            return Some(job);
        }
        match timeout(self.function.timeout, self.answer(&id)).await {
            Ok(Ok(answer)) => {
                let parked = pool.park();
                job.finish(self.verdict(answer));
                self.rest(parked, pool).await
            }
            Ok(Err(how)) => self.give_up(job, self.ended(how)).await,
            Err(_) => self.give_up(job, self.timed_out()).await,
        }
    }

    async fn answer(&mut self, id: &str) -> Result<Answer, String> {
        loop {
            match self.message().await? {
                Message::Answer { id: answered, answer } if answered == id => return Ok(answer),
                Message::Answer { .. } => warn!("{}: an answer that nobody waits for", self.function.name),
                Message::Next(_) => return Err("it asked for another invocation".to_owned()),
                Message::InitError(error) => return Err(error.to_string()),
            }
        }
    }

    /// Idle: until there is a job, or for so long that the process ends, or until it dies.
    async fn rest(&mut self, mut parked: oneshot::Receiver<Job>, pool: &Pool) -> Option<Job> {
        tokio::select! {
            biased;
            job = &mut parked => return job.ok(),
            how = self.process.ended() => warn!("{}: an idle process ended: {how}", self.function.name),
            () = sleep(self.idle) => info!("{}: ended a process that had nothing to do", self.function.name),
        }
        parked.close();
        if let Ok(job) = parked.try_recv() {
            pool.submit(job);
        }
        None
    }

    /// What the process says next, or how it ended.
    async fn message(&mut self) -> Result<Message, String> {
        tokio::select! {
            biased;
            Some(message) = self.messages.recv() => Ok(message),
            how = self.process.ended() => Err(how),
        }
    }

    /// The process is of no further use: it is gone before the caller hears of it.
    async fn give_up(&mut self, job: Job, error: InvokeError) -> Option<Job> {
        self.process.kill().await;
        job.finish(Err(error));
        None
    }

    fn invocation(&self, payload: Bytes) -> Invocation {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline_ms = (since_epoch + self.function.timeout).as_millis();
        Invocation { id: Uuid::new_v4().to_string(), deadline_ms, payload }
    }

    fn verdict(&self, answer: Answer) -> Result<Bytes, InvokeError> {
        let function = self.function.name.clone();
        match answer {
            Answer::Response(body) => Ok(body),
            Answer::TooLarge(bytes) => Err(InvokeError::TooLarge { function, what: "an answer", bytes }),
            Answer::Error(error) => Err(InvokeError::Failed {
                function,
                error_type: error.error_type,
                message: error.error_message,
            }),
        }
    }

    fn ended(&self, how: String) -> InvokeError {
        InvokeError::Ended { function: self.function.name.clone(), how: self.process.with_last_lines(how) }
    }

    fn timed_out(&self) -> InvokeError {
        InvokeError::TimedOut { function: self.function.name.clone(), after: self.function.timeout }
    }
}
