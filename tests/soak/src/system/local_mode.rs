//! The local mode on ports that stay, with a data folder. It can be killed and started again.

use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tablecast_tests::processes::{self, Process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::binaries::FUNCTIONS;
use super::{Binaries, Definitions};

/// Only a start that fails takes so long.
const START_LIMIT: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Copy)]
pub struct Ports {
    pub http: u16,
    pub dynamodb: u16,
}

impl Ports {
    /// Takes ports below those that the system gives away, so that they are free again at each start.
    pub fn free() -> Self {
        let mut ports = std::iter::repeat_with(|| fastrand::u16(20_000..30_000));
        let mut next = || ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap();
        Self { http: next(), dynamodb: next() }
    }
}

pub struct LocalMode {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    ports: Ports,
    running: Mutex<Option<Running>>,
    process: std::sync::Mutex<Option<u32>>,
}

struct Running {
    child: Child,
    /// Kept open, so that the program can write to its stdout.
    _output: BufReader<ChildStdout>,
}

impl LocalMode {
    pub fn new(
        folder: &Path,
        ports: Ports,
        binaries: &Binaries,
        definitions: &Definitions,
        data: &Path,
    ) -> Self {
        let path = |path: &Path| path.display().to_string();
        let arguments = [
            ("--data", path(data)),
            ("--pipes", path(&definitions.pipes())),
            ("--schemas", path(&definitions.schemas())),
            ("--functions", path(&folder.join("functions"))),
            ("--port", ports.http.to_string()),
            ("--dynamodb-port", ports.dynamodb.to_string()),
        ];
        let arguments = arguments.into_iter().flat_map(|(option, value)| [option.to_owned(), value]);
        Self {
            program: binaries.tablecast(),
            arguments: ["dev".to_owned(), "--json".to_owned()].into_iter().chain(arguments).collect(),
            folder: folder.to_owned(),
            ports,
            running: Mutex::default(),
            process: std::sync::Mutex::default(),
        }
    }

    /// Starts it, and waits until it is ready.
    pub async fn start(&self) {
        let mut running = self.running.lock().await;
        let mut command = Command::new(&self.program);
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command.kill_on_drop(true).spawn().expect("cannot start tablecast");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        timeout(START_LIMIT, output.read_line(&mut line)).await.expect("tablecast is not ready").unwrap();
        assert!(line.starts_with('{'), "tablecast did not start: {line}{}", self.log_end());
        *self.process.lock().unwrap() = child.id();
        *running = Some(Running { child, _output: output });
    }

    /// Kills it with SIGKILL. Returns false if it has ended before.
    pub async fn kill(&self) -> bool {
        let process = self.process.lock().unwrap().take();
        let killed = process.is_some_and(|process| processes::signal(process, "KILL"));
        if let Some(mut running) = self.running.lock().await.take() {
            let _ = running.child.wait().await;
        }
        killed
    }

    /// Returns how it ended, if it did so by itself.
    pub async fn unexpected_end(&self) -> Option<String> {
        let mut running = self.running.try_lock().ok()?;
        let status = running.as_mut()?.child.try_wait().ok()??;
        *self.process.lock().unwrap() = None;
        *running = None;
        Some(format!("the local mode ended by itself: {status}"))
    }

    /// `None` while it is down.
    pub fn id(&self) -> Option<u32> {
        *self.process.lock().unwrap()
    }

    /// The processes of the functions. A new one has the name of tablecast for a moment.
    pub fn functions(&self) -> Vec<Process> {
        let children = self.id().map(processes::children).unwrap_or_default();
        children.into_iter().filter(|process| FUNCTIONS.contains(&process.name.as_str())).collect()
    }

    pub fn ports(&self) -> Ports {
        self.ports
    }

    pub fn log_file(&self) -> PathBuf {
        self.folder.join("tablecast.log")
    }

    /// The size of the log, and the text after a size.
    pub fn log_after(&self, start: usize) -> String {
        let log = fs::read(self.log_file()).unwrap_or_default();
        String::from_utf8_lossy(&log[start.min(log.len())..]).into_owned()
    }

    pub fn log_size(&self) -> usize {
        fs::metadata(self.log_file()).map_or(0, |metadata| metadata.len() as usize)
    }

    fn log_end(&self) -> String {
        self.log_after(self.log_size().saturating_sub(4000))
    }
}

impl Drop for LocalMode {
    fn drop(&mut self) {
        let Some(process) = self.id() else { return };
        processes::signal(process, "STOP");
        let functions = processes::children(process);
        processes::signal(process, "KILL");
        for function in functions {
            processes::signal(function.id, "KILL");
        }
    }
}
