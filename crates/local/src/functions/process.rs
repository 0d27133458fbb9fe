use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::output::{LastLines, forward};

/// A child process. Dropping it kills the process.
pub struct Process {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    last_lines: LastLines,
}

impl Process {
    pub fn start(
        binary: &Path,
        function: &str,
        runtime_api: &str,
        variables: &BTreeMap<String, String>,
    ) -> io::Result<Self> {
        let mut command = Command::new(binary);
        set_environment(&mut command, function, runtime_api, variables);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // A separate process group: Ctrl-C reaches only the local mode, which then stops everything in order.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let last_lines = LastLines::default();
        let output = child.stdout.take().map(|output| forward(function, output, &last_lines));
        let errors = child.stderr.take().map(|errors| forward(function, errors, &last_lines));
        Ok(Self { child, readers: output.into_iter().chain(errors).collect(), last_lines })
    }

    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Checks with the operating system. It knows the end earlier than [`Process::ended`].
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Waits for the process to end, and for its remaining output. Returns how it ended.
    pub async fn ended(&mut self) -> String {
        let status = self.child.wait().await;
        // A grandchild may keep the pipes open.
        for reader in self.readers.drain(..) {
            let _ = timeout(Duration::from_secs(1), reader).await;
        }
        status.map_or_else(|error| error.to_string(), |status| status.to_string())
    }

    pub async fn kill(&mut self) {
        // Fails only for a process that is gone already.
        let _ = self.child.kill().await;
    }

    pub fn with_last_lines(&self, how: String) -> String {
        match self.last_lines.text() {
            lines if lines.is_empty() => how,
            lines => format!("{how}; its last output:\n{lines}"),
        }
    }
}

/// Passes only `PATH` from the developer's environment, so that no function finds real AWS credentials.
fn set_environment(
    command: &mut Command,
    function: &str,
    runtime_api: &str,
    variables: &BTreeMap<String, String>,
) {
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.envs(variables);
    command.env("AWS_LAMBDA_RUNTIME_API", runtime_api);
    command.env("AWS_LAMBDA_FUNCTION_NAME", function);
    command.env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
    command.env("AWS_LAMBDA_LOG_FORMAT", "JSON");
}
