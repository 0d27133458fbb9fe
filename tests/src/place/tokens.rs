use std::path::PathBuf;

use tokio::process::Command;

use crate::binaries;
use crate::machine::Machine;
use crate::patience::within;

/// Whoever makes tokens that the place accepts: a command that prints one, for the subject and the claims in its
/// arguments.
pub struct Tokens {
    command: String,
    folder: PathBuf,
}

impl Tokens {
    /// The shipped command, which finds the machine's key where that runs.
    pub fn of(machine: &Machine) -> Self {
        let command = format!("{} token", binaries::folder().join("tablecast").display());
        Self { command, folder: machine.folder().to_owned() }
    }

    /// For a shell.
    pub fn by(command: String) -> Self {
        Self { command, folder: crate::project() }
    }

    pub async fn make(&self, subject: &str, tenant: &str) -> String {
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
