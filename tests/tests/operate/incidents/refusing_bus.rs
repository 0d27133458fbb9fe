//! A bus that refuses: a function `dispatch` that has the address of a bus on which nothing listens.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use tablecast_tests::binaries;
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes;
use tempfile::TempDir;

const FUNCTIONS: [&str; 6] = ["authorize", "connect", "disconnect", "enrich", "fanout", "subscribe"];

/// A folder of function binaries.
pub struct RefusingBus(TempDir);

impl RefusingBus {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for function in FUNCTIONS {
            symlink(binaries::folder().join(function), folder.path().join(function)).unwrap();
        }
        let bus = Self(folder);
        let (refuses, dispatch) = (bus.mark(), binaries::folder().join("dispatch"));
        let script = format!(
            "#!/bin/sh\n[ -e '{}' ] && export AWS_ENDPOINT_URL_EVENTBRIDGE=http://127.0.0.1:1\nexec '{}'\n",
            refuses.display(),
            dispatch.display()
        );
        let path = bus.0.path().join("dispatch");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        bus
    }

    /// The bus refuses as long as this file exists.
    fn mark(&self) -> PathBuf {
        self.0.path().join("refuses")
    }

    pub fn options(&self) -> [&str; 2] {
        ["--functions", self.0.path().to_str().unwrap()]
    }

    pub async fn refuse(&self, local: &LocalMode) {
        fs::write(self.mark(), "").unwrap();
        restart_dispatch(local).await;
    }

    pub async fn accept(&self, local: &LocalMode) {
        fs::remove_file(self.mark()).unwrap();
        restart_dispatch(local).await;
    }
}

/// The next call starts another process.
async fn restart_dispatch(local: &LocalMode) {
    for process in local.processes_of("dispatch") {
        assert!(processes::signal(process.id, "KILL"));
        eventually("its end", async || (!processes::is_alive(process.id)).then_some(())).await;
    }
}
