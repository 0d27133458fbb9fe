//! The API of EventBridge Pipes, until Ctrl-C.

use std::error::Error;
use std::io::{Write, stdout};

use tablecast_local::pipes_api::{self, Wire};
use tokio::net::TcpListener;
use tracing::warn;

use crate::arguments::PipesArguments;
use crate::log;
use crate::stop::stop_signal;

pub async fn run(arguments: PipesArguments) -> Result<(), Box<dyn Error>> {
    log::start(arguments.log_level);
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.map_err(|reason| {
        let address = arguments.listen;
        format!("cannot listen on {address}: {reason}; end what listens there, or choose another address with --listen")
    })?;
    let wire = Wire::from_environment(!arguments.no_roles).await;
    announce(&listener)?;
    pipes_api::serve(listener, wire, async { drop(stop_signal().await) }).await?;
    Ok(())
}

fn announce(listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        warn!("{address} can be reached from other machines: whoever reaches it can start pipes");
    }
    // Nobody may be reading; everything runs all the same.
    let _ = writeln!(stdout(), "Pipes API: http://{address}  (AWS_ENDPOINT_URL_PIPES=http://{address})");
    let _ = stdout().flush();
    Ok(())
}
