use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::Result;

/// The variables that name a repository. Git sets them in a hook, and then takes each folder for the top of its work tree.
const REPOSITORY: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Runs Git in a folder, and returns what it prints.
pub fn git(folder: &Path, arguments: &[&str], input: &str) -> Result<Vec<u8>> {
    let output = run(folder, arguments, input).map_err(|error| format!("cannot run git: {error}"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => {
            Err(format!("git {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim()).into())
        }
    }
}

/// The input must be shorter than the buffer of a pipe.
fn run(folder: &Path, arguments: &[&str], input: &str) -> std::io::Result<Output> {
    let mut command = Command::new("git");
    REPOSITORY.iter().for_each(|name| _ = command.env_remove(name));
    command.arg("-C").arg(folder).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads no input can end before.
        _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}
