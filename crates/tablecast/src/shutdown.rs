//! Signals that stop the program.

use std::io;

use tokio::signal::ctrl_c;

/// Returns after Ctrl-C or SIGTERM.
#[cfg(unix)]
pub async fn shutdown_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns after Ctrl-C.
#[cfg(not(unix))]
pub async fn shutdown_signal() -> io::Result<()> {
    ctrl_c().await
}
