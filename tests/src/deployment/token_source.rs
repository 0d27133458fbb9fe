//! Creates tokens for the tablecast under test.

use std::path::PathBuf;

use tokio::process::Command;

use crate::binaries;
use crate::eventually::within;
use crate::local_mode::LocalMode;

/// A command that prints a token. Its arguments are the subject and the claims.
pub struct TokenSource {
    command: String,
    folder: PathBuf,
}

impl TokenSource {
    /// `tablecast token`, which reads the key from the working folder of the local mode.
    pub fn local_mode(local: &LocalMode) -> Self {
        let command = format!("{} token", binaries::folder().join("tablecast").display());
        Self { command, folder: local.folder().to_owned() }
    }

    /// A shell command.
    pub fn command(command: String) -> Self {
        Self { command, folder: crate::project() }
    }

    pub async fn token(&self, subject: &str, tenant: &str) -> String {
        let mut shell = Command::new("sh");
        let tenant = format!("tenant={tenant}");
        shell.args([
            "-c",
            &format!("{} \"$@\"", self.command),
            "token",
            "--subject",
            subject,
            "--claim",
            &tenant,
        ]);
        let output =
            within("a token", shell.current_dir(&self.folder).kill_on_drop(true).output()).await.unwrap();
        assert!(output.status.success(), "{}: {}", self.command, String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}
