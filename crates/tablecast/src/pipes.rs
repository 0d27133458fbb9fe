//! Serves the API of EventBridge Pipes, until Ctrl-C.

use std::error::Error;
use std::io::{Write, stdout};
use std::net::SocketAddr;

use clap::Args;
use tablecast_pipes::{AwsPipes, api};
use tokio::net::TcpListener;
use tracing::{Level, warn};

use crate::logging;
use crate::shutdown::shutdown_signal;

/// Serve the API of EventBridge Pipes for an emulator
///
/// Runs the pipes that callers create, until Ctrl-C. Streams, functions and queues are where the SDKs'
/// environment variables point: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and so on.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port to listen on; port 0 takes a free port
    #[arg(long, default_value = "127.0.0.1:4667", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Call functions and queues with this program's credentials instead of the pipe's role, for emulators
    /// without STS
    #[arg(long)]
    pub no_roles: bool,
    /// Log level on stderr: error, warn, info, debug or trace
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    log_level: Level,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    logging::start(arguments.log_level);
    let address = arguments.listen;
    let listener = TcpListener::bind(address).await.map_err(|reason| {
        format!("cannot listen on {address}: {reason}; stop the program that uses it, or choose another address with --listen")
    })?;
    let pipes = AwsPipes::from_environment(!arguments.no_roles).await;
    announce(&listener)?;
    api::serve(listener, pipes, async { drop(shutdown_signal().await) }).await?;
    Ok(())
}

fn announce(listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        warn!("other machines can reach {address}, and everyone who reaches it can start pipes");
    }
    // If nobody reads stdout, everything runs all the same.
    let _ = writeln!(stdout(), "Pipes API: http://{address}  (AWS_ENDPOINT_URL_PIPES=http://{address})");
    let _ = stdout().flush();
    Ok(())
}
