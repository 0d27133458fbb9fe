//! The data folder on a file system of its own, which can be full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SIZE: &str = "size=4g";

pub struct Disk {
    folder: PathBuf,
    /// Mounting needs root. Without it, the disk is never full.
    pub is_mounted: bool,
}

impl Disk {
    pub fn create(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        let is_mounted =
            run(Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tablecast-soak"]).arg(&folder));
        Self { folder, is_mounted }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the file system as small as what it has. Returns whether it is full.
    pub fn fill(&self) -> bool {
        let used = self.used();
        self.is_mounted && used > 0 && self.resize(&format!("size={used}"))
    }

    pub fn free(&self) {
        if self.is_mounted {
            assert!(self.resize(SIZE), "cannot enlarge {}", self.folder.display());
        }
    }

    /// Copies what the disk has to another folder, because the disk is gone after the run.
    pub fn keep(&self, folder: &Path) {
        run(Command::new("cp").arg("-R").arg(&self.folder).arg(folder));
    }

    fn resize(&self, size: &str) -> bool {
        run(Command::new("mount").args(["-o", &format!("remount,{size}")]).arg(&self.folder))
    }

    /// The bytes in use.
    fn used(&self) -> u64 {
        let output = Command::new("df").args(["--output=used", "-B1"]).arg(&self.folder).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().nth(1).and_then(|line| line.trim().parse().ok()).unwrap_or_default()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            run(Command::new("umount").arg("--lazy").arg(&self.folder));
        }
    }
}

fn run(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
