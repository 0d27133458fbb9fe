//! Processes by id, read from `/proc` (Linux).

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit of open files to the maximum. Each client of a test is an open file.
pub fn allow_many_open_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub id: u32,
    /// The name of the binary.
    pub name: String,
}

struct Stat {
    process: Process,
    state: char,
    parent: u32,
}

/// Returns the running children of a process.
pub fn children(parent: u32) -> Vec<Process> {
    assert!(Path::new("/proc/self/stat").exists(), "there is no /proc: run these tests on Linux");
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let running = ids.filter_map(stat).filter(|stat| stat.parent == parent && is_running(stat));
    running.map(|stat| stat.process).collect()
}

pub fn is_alive(id: u32) -> bool {
    stat(id).is_some_and(|stat| is_running(&stat))
}

fn is_running(stat: &Stat) -> bool {
    !matches!(stat.state, 'Z' | 'X')
}

/// Sends a signal. Returns false if the process does not exist.
pub fn signal(id: u32, signal: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([format!("-{signal}"), id.to_string()]);
    kill.output().expect("cannot start kill").status.success()
}

/// Waits until a process that was killed has ended: the kernel takes its time to free the memory.
pub fn wait_for_end(id: u32) {
    for _ in 0..10_000 {
        if !is_alive(id) {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    eprintln!("process {id} did not end within 10 s after SIGKILL");
}

/// Returns the resident memory of a process in bytes.
pub fn resident(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Parses `<id> (<name>) <state> <parent> ...`. The name can contain any character.
fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (name, rest) = text.split_once('(')?.1.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let (state, parent) = (fields.next()?.chars().next()?, fields.next()?.parse().ok()?);
    Some(Stat { process: Process { id, name: name.to_owned() }, state, parent })
}
