//! Clocks that faults set: libfaketime moves the wall clock of a process, but not its monotonic clock.

use std::fs;
use std::path::{Path, PathBuf};

/// Debian's package `libfaketime`.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

pub fn is_available() -> bool {
    Path::new(LIBRARY).exists()
}

/// The variables of a process whose clock follows this file. None without libfaketime.
pub fn environment(file: &Path) -> Vec<(String, String)> {
    if !is_available() {
        return Vec::new();
    }
    let file = file.display().to_string();
    let variables = [
        ("LD_PRELOAD", LIBRARY),
        ("FAKETIME_TIMESTAMP_FILE", &file),
        ("FAKETIME_CACHE_DURATION", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Sets the clocks that follow the file, so many seconds from the real time.
pub fn set(file: &PathBuf, seconds: i64) {
    let new = file.with_extension("clock-new");
    fs::write(&new, format!("{seconds:+}\n")).unwrap();
    fs::rename(new, file).unwrap();
}
