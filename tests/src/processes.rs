//! Processes by their ids, as `/proc` tells of them (Linux).

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Lets this process open as many files as the system allows: its clients are open files too.
pub fn allow_many_open_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub id: u32,
    /// The binary's name.
    pub name: String,
}

struct Stat {
    process: Process,
    state: char,
    parent: u32,
}

/// The children of a process that have not ended.
pub fn children(of: u32) -> Vec<Process> {
    assert!(Path::new("/proc/self/stat").exists(), "these tests find processes in /proc: run them on Linux");
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let running = ids.filter_map(stat).filter(|stat| stat.parent == of && is_running(stat));
    running.map(|stat| stat.process).collect()
}

pub fn is_alive(id: u32) -> bool {
    stat(id).is_some_and(|stat| is_running(&stat))
}

fn is_running(stat: &Stat) -> bool {
    !matches!(stat.state, 'Z' | 'X')
}

/// Whether there was still such a process.
pub fn signal(id: u32, signal: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([format!("-{signal}"), id.to_string()]);
    kill.output().expect("kill can be started").status.success()
}

/// The memory that it holds, in bytes.
pub fn resident(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// `<id> (<name>) <state> <parent> ...`; the name may hold anything.
fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (name, rest) = text.split_once('(')?.1.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let (state, parent) = (fields.next()?.chars().next()?, fields.next()?.parse().ok()?);
    Some(Stat { process: Process { id, name: name.to_owned() }, state, parent })
}
