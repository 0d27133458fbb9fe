//! The Node process of the comparison. It reads one request a line and prints one number a line.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Node {
    child: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Node {
    pub fn start(payload: &[u8]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
        let mut npm = Command::new("npm");
        npm.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder);
        assert!(npm.status().unwrap().success());
        let mut node = Command::new("node");
        node.arg("enrich.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = node.spawn().unwrap();
        let mut requests = child.stdin.take().unwrap();
        requests.write_all(payload).unwrap();
        requests.write_all(b"\n").unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, requests, answers }
    }

    /// Returns the number of events of one batch.
    pub fn events(&mut self) -> usize {
        self.request("events 1") as usize
    }

    /// Returns the CPU time per record in µs, of all threads of the process.
    pub fn enrich(&mut self, batches: usize) -> f64 {
        self.request(&format!("enrich {batches}"))
    }

    pub fn parse(&mut self, batches: usize) -> f64 {
        self.request(&format!("parse {batches}"))
    }

    fn request(&mut self, request: &str) -> f64 {
        writeln!(self.requests, "{request}").unwrap();
        self.answers.next().unwrap().unwrap().parse().unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
