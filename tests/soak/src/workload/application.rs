//! Runs one client: starts its process again after each end, and records what the application receives.

use std::process::ExitStatus;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::lines::Reader;
use super::program::Program;
use super::roster::{Client, Habit};
use crate::addresses;
use crate::oracle::observations::Start;

/// A process that should close, but that a fault stops, is killed after this time.
const CLOSING: Duration = Duration::from_secs(60);

/// Seconds between two habits, and how long they take.
const BETWEEN: std::ops::Range<u64> = 10..40;
const TAKES: std::ops::Range<u64> = 1..12;

pub struct Application {
    pub client: Client,
    pub program: Program,
    pub reader: Reader,
    pub processes: addresses::Clients,
    pub is_finishing: watch::Receiver<bool>,
    pub rng: Rng,
}

/// A running process of the client.
struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    is_closing: bool,
    /// The application reads again at this time.
    reads_at: Option<Instant>,
}

impl Application {
    pub async fn run(mut self) {
        let mut start = Start::First;
        loop {
            self.reader.started(start);
            let is_closed = self.run_process().await;
            start = if is_closed { Start::AfterClose } else { Start::AfterKill };
            if *self.is_finishing.borrow() {
                return;
            }
            let longest = if is_closed { 15.0 } else { 2.0 };
            let away = Duration::from_secs_f64(self.rng.f64() * longest);
            tokio::select! {
                () = sleep(away) => {}
                () = begins(&mut self.is_finishing) => return,
            }
        }
    }

    /// Returns whether the client closed.
    async fn run_process(&mut self) -> bool {
        let mut child = self.program.start();
        let id = child.id().unwrap_or_default();
        self.processes.add(addresses::Client {
            process: id,
            language: self.client.language.name(),
            may_be_killed: true,
            clock: self.program.clock.clone(),
        });
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let output = BufReader::new(output).lines();
        let process = Process { child, input, output, is_closing: false, reads_at: None };
        let (is_closed, status) = self.follow(process).await;
        self.processes.remove(id);
        self.reader.ended(is_closed, status);
        is_closed
    }

    async fn follow(&mut self, mut process: Process) -> (bool, ExitStatus) {
        let mut is_closed = false;
        let mut next = self.next_habit();
        let mut finishing = self.is_finishing.clone();
        loop {
            let may_close = !process.is_closing;
            tokio::select! {
                line = process.output.next_line() => match line {
                    Ok(Some(line)) => is_closed |= self.handle(&mut process, &line).await,
                    _ => break,
                },
                () = sleep_until(next) => next = self.act(&mut process).await,
                () = begins(&mut finishing), if may_close => {
                    next = process.close().await;
                }
            }
        }
        (is_closed, process.child.wait().await.unwrap())
    }

    async fn handle(&mut self, process: &mut Process, line: &str) -> bool {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            // A process that is killed may not have written all of its last line.
            self.reader.cut(line);
            return false;
        };
        // Without it, the back-off of clients would hide most faults.
        if line["state"] == "waiting" && self.rng.bool() {
            process.send(&json!({"wake": true})).await;
        }
        self.reader.read(line)
    }

    /// Does what the application does now and then. Returns when it does the next thing.
    async fn act(&mut self, process: &mut Process) -> Instant {
        if process.is_closing {
            let _ = process.child.start_kill();
            return Instant::now() + CLOSING;
        }
        if process.reads_at.take().is_some() {
            self.each_subscription(process, "read").await;
            return self.next_habit();
        }
        match self.client.habit {
            Habit::Leaves => process.close().await,
            Habit::Pauses => {
                self.each_subscription(process, "hold").await;
                let reads_at = Instant::now() + Duration::from_secs(self.rng.u64(TAKES));
                *process.reads_at.insert(reads_at)
            }
            Habit::Stays | Habit::Forgets => self.next_habit(),
        }
    }

    async fn each_subscription(&self, process: &mut Process, command: &str) {
        for subscription in &self.client.subscriptions {
            process.send(&json!({command: subscription.name})).await;
        }
    }

    fn next_habit(&mut self) -> Instant {
        Instant::now() + Duration::from_secs(self.rng.u64(BETWEEN))
    }
}

impl Process {
    /// Returns when the process is killed.
    async fn close(&mut self) -> Instant {
        self.is_closing = true;
        self.send(&json!({"close": true})).await;
        Instant::now() + CLOSING
    }

    /// Fails if the process has ended, which its output shows.
    async fn send(&mut self, command: &Value) {
        let _ = self.input.write_all(format!("{command}\n").as_bytes()).await;
    }
}

/// Returns when the end of the run begins.
async fn begins(finishing: &mut watch::Receiver<bool>) {
    let _ = finishing.wait_for(|finishing| *finishing).await;
}
