#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

/// The scripts have logic of their own: they read textproto and Java, and compare with known differences.
#[test]
fn the_scripts_of_peers_pass_their_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3");
    python.args(["-B", "-m", "unittest", "discover", "--quiet", "--start-directory", "suites"]);
    let output = python.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
