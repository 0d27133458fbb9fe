//! Shows events as they arrive. Reconnects when a connection ends, and resumes.
//!
//! # Layout
//! - `access`: the token and the patterns; `request`: the request with them
//! - `connection`: one connection, from its start to its end
//! - `backoff`: the waits between connections
//! - `progress`: what has been shown, and where to resume; `frame`: what it reads of a frame
//! - `recent`: the latest events, to recognize those that arrive again
//! - `line`: an event as a line of text or JSON

mod access;
mod backoff;
mod connection;
mod frame;
mod line;
mod progress;
mod recent;
mod request;

use std::error::Error;
use std::io::stdout;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::signal::ctrl_c;
use tokio::time::sleep;

use crate::logging::has_colour;
use crate::output;
use access::Access;
use backoff::Backoff;
use connection::{End, show_events};
use line::Style;
use progress::Progress;
use request::without_query;

/// After a connection of this length, the backoff starts again.
const STABLE: Duration = Duration::from_secs(10);

/// Show events as they arrive
///
/// Runs until Ctrl-C. After a lost connection, it reconnects and shows the missed events. A pattern wider than
/// a channel, such as orders/*, cannot resume.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Subjects and patterns to show, such as orders/acme/1001 or orders/* (default: everything, or with a local
    /// mode everything that the token grants)
    #[arg(value_name = "PATTERN")]
    pub patterns: Vec<String>,
    /// Address to connect to
    #[arg(long, default_value = "ws://127.0.0.1:8787")]
    url: String,
    /// Token to connect with; see `tablecast token` (default: with a local mode, a token for its examples)
    #[arg(long, env = "TABLECAST_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Print each event unchanged, one on each line
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { patterns, url, token, json } = arguments;
    let style = match json {
        true => Style::Json,
        false => Style::Text { colour: has_colour(&stdout()) },
    };
    let access = Access { token: token.filter(|token| !token.is_empty()), patterns };
    tokio::select! {
        // Listens for Ctrl-C before it connects.
        biased;
        interrupted = ctrl_c() => Ok(interrupted?),
        ended = follow(&url, access, style) => ended,
    }
}

/// Returns only if a retry cannot help, or if nobody reads the output.
async fn follow(url: &str, mut access: Access, style: Style) -> Result<(), Box<dyn Error>> {
    let (mut backoff, mut progress) = (Backoff::default(), Progress::default());
    loop {
        let subscribed = access.subscribed();
        let request = request::request(&request::address(url, &subscribed), access.token.as_deref())?;
        let start = Instant::now();
        let reason = match show_events(&request, &subscribed, &mut progress, style).await {
            End::Lost(reason) => reason,
            End::Refused(status, reason) => match admitted(&access, status, url).await {
                Ok(other) => {
                    access = other;
                    continue;
                }
                Err(more) => return Err(format!("{}: {reason}{more}", without_query(&request)).into()),
            },
            End::Failed(reason) => return Err(format!("{}: {reason}", without_query(&request)).into()),
            End::OutputClosed => return Ok(()),
        };
        if start.elapsed() >= STABLE {
            backoff = Backoff::default();
        }
        let wait = backoff.next_wait();
        let seconds = wait.as_secs_f32();
        output::note(format_args!("{reason}; reconnecting in {seconds:.1} s"));
        sleep(wait).await;
    }
}

/// Returns another access that may succeed, or an explanation of the refusal.
async fn admitted(access: &Access, status: u16, url: &str) -> Result<Access, String> {
    if let Some((other, line)) = access.after(status, url).await {
        output::note(line);
        return Ok(other);
    }
    let explained = access.explain_at(status, url).await;
    Err(explained.map(|text| format!(": {text}")).unwrap_or_default())
}
