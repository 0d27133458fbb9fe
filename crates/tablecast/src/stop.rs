use std::io;

use tokio::signal::ctrl_c;

/// Returns at Ctrl-C, or when another program asks for the end.
#[cfg(unix)]
pub async fn stop_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns at Ctrl-C.
#[cfg(not(unix))]
pub async fn stop_signal() -> io::Result<()> {
    ctrl_c().await
}
