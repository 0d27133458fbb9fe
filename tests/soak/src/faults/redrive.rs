//! `tablecast redrive`, as an operator runs it.

use serde_json::Value;
use tokio::process::Command;

use super::World;

/// The part of the data that makes odd orders rejected. The other rejected records stay so, and are thousands after half
/// an hour.
const REASON: &str = "grade";

/// Redrives the records that were rejected for a while. Returns how many it could, or `None` if it did not
/// run.
pub async fn redrive(world: &World) -> Option<u64> {
    let (system, ports) = (&world.system, world.system.local_mode.ports());
    let mut command = Command::new(system.binaries.tablecast());
    command.args(["redrive", "--yes", "--format", "json", "--from"]).arg(system.folder());
    command.args(["--port", &ports.http.to_string(), "--dynamodb-port", &ports.dynamodb.to_string()]);
    command.args(["--reason", REASON, "--rate", "1000"]).kill_on_drop(true);
    let output = command.output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code().is_none_or(|code| code > 1) {
        eprintln!("redrive: {}{text}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    Some(text.lines().filter(|line| is_redriven(line)).count() as u64)
}

/// A line is a record, or the summary.
fn is_redriven(line: &str) -> bool {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    line["record"]["outcome"] == "redriven"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_stay_and_the_summary_do_not_count() {
        assert!(is_redriven(r#"{"record":{"outcome":"redriven"}}"#));
        assert!(!is_redriven(r#"{"record":{"outcome":"rejected"}}"#));
        assert!(!is_redriven(r#"{"summary":{"redriven":1}}"#));
    }
}
