//! Shows events as they arrive. Reconnects when a connection ends.
//!
//! # Layout
//! - `request`: the address, the subscriptions and the token
//! - `connection`: one connection, from its start to its end
//! - `backoff`: the waits between connections
//! - `line`: an event as a line of text or JSON

mod backoff;
mod connection;
mod line;
mod request;

use std::error::Error;
use std::io::stdout;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::signal::ctrl_c;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::handshake::client::Request;

use crate::logging::has_colour;
use backoff::Backoff;
use connection::{End, show_events};
use line::Style;
use request::without_query;

/// After a connection of this length, the backoff starts again.
const STABLE: Duration = Duration::from_secs(10);

/// Show events as they arrive
///
/// Runs until Ctrl-C and reconnects when a connection ends. It does not show the events of the time between.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Subjects and patterns to show, such as orders/acme/1001 or orders/*
    #[arg(default_value = "*", value_name = "PATTERN")]
    pub patterns: Vec<String>,
    /// Address to connect to
    #[arg(long, default_value = "ws://127.0.0.1:8787")]
    url: String,
    /// Token to connect with; see `tablecast token`
    #[arg(long, env = "TABLECAST_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Print each event unchanged, one on each line
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let address = request::address(&arguments.url, &arguments.patterns);
    let request = request::request(&address, arguments.token.as_deref())?;
    let style = match arguments.json {
        true => Style::Json,
        false => Style::Text { colour: has_colour(&stdout()) },
    };
    tokio::select! {
        // Listens for Ctrl-C before it connects.
        biased;
        interrupted = ctrl_c() => Ok(interrupted?),
        ended = follow(&request, style) => ended.map_err(Into::into),
    }
}

/// Returns only if a retry cannot help, or if nobody reads the output.
async fn follow(request: &Request, style: Style) -> Result<(), String> {
    let mut backoff = Backoff::default();
    loop {
        let start = Instant::now();
        let reason = match show_events(request, style).await {
            End::Lost(reason) => reason,
            End::Failed(reason) => return Err(format!("{}: {reason}", without_query(request))),
            End::OutputClosed => return Ok(()),
        };
        if start.elapsed() >= STABLE {
            backoff = Backoff::default();
        }
        let wait = backoff.next_wait();
        let seconds = wait.as_secs_f32();
        eprintln!("{reason}; reconnecting in {seconds:.1} s, events until then are not shown");
        sleep(wait).await;
    }
}
