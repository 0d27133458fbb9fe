//! The Node process to compare with: one request a line in, one number a line out.

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

    /// How many events one batch becomes.
    pub fn events(&mut self) -> usize {
        self.ask("events 1") as usize
    }

    /// CPU µs per record, all threads of the process.
    pub fn enrich(&mut self, batches: usize) -> f64 {
        self.ask(&format!("enrich {batches}"))
    }

    pub fn parse(&mut self, batches: usize) -> f64 {
        self.ask(&format!("parse {batches}"))
    }

    fn ask(&mut self, request: &str) -> f64 {
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
