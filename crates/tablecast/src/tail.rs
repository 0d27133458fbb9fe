//! Shows events as they arrive. Reconnects when a connection ends, and resumes.
//!
//! # Layout
//! - `deployment`: follows the logs of a deployment
//! - `access`: the token and the patterns; `tokens`: the token of each connection
//! - `screen`: what `tail` shows, and when it stops
//! - `line`: an event as a line of text or JSON

mod access;
mod deployment;
mod line;
mod screen;
mod tokens;

use std::error::Error;
use std::io::stdout;

use clap::Args;
use tablecast_client::Client;
use tokio::signal::ctrl_c;
use tokio::sync::mpsc::unbounded_channel;

use crate::logging::has_colour;
use crate::output;
use access::Access;
use deployment::LogArguments;
use line::{Style, printable};
use screen::{End, Screen};
use tokens::with_tokens;

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
    #[command(flatten)]
    logs: LogArguments,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { patterns, url, token, json, logs } = arguments;
    let style = match json {
        true => Style::Json,
        false => Style::Text { colour: has_colour(&stdout()) },
    };
    let access = Access { token, is_own: false, patterns };
    tokio::select! {
        // Listens for Ctrl-C before it connects.
        biased;
        interrupted = ctrl_c() => Ok(interrupted?),
        ended = follow(&url, access, style, &logs) => ended,
    }
}

/// Returns only if a retry cannot help, or if nobody reads the output.
async fn follow(
    url: &str,
    mut access: Access,
    style: Style,
    logs: &LogArguments,
) -> Result<(), Box<dyn Error>> {
    access.check()?;
    if let Some(name) = &logs.deployment {
        return deployment::follow(name, logs, &access.subscribed(), style).await;
    }
    loop {
        access = match show(url, &access, style).await? {
            End::OutputClosed => return Ok(()),
            End::Refused { status, reason } => admitted(&access, status, url)
                .await
                .map_err(|more| format!("{}{more}", reason.trim_end_matches('.')))?,
        };
    }
}

/// Shows events until a retry cannot help, or nobody reads the output.
async fn show(url: &str, access: &Access, style: Style) -> Result<End, Box<dyn Error>> {
    let (changes, mut states) = unbounded_channel();
    let builder = Client::builder(url).on_state(move |state, reason| {
        // `tail` that stops needs no states.
        let _ = changes.send((state, reason.clone()));
    });
    let client = with_tokens(builder, access, url).start().map_err(|error| format!("--url: {error}"))?;
    let patterns = access.subscribed();
    let mut screen = Screen::new(style, url, patterns.len());
    let mut events = client.subscribe(patterns).open();
    loop {
        let end = tokio::select! {
            biased;
            Some(item) = events.next() => screen.item(item).map_err(|error| format!("cannot print: {error}"))?,
            Some((state, reason)) = states.recv() => screen.state(state, &reason),
            else => Some(End::OutputClosed),
        };
        if let Some(end) = end {
            client.close().await;
            return Ok(end);
        }
    }
}

/// Returns another access that may succeed, or an explanation of the refusal.
async fn admitted(access: &Access, status: u16, url: &str) -> Result<Access, String> {
    if let Some((other, line)) = access.after(status, url).await {
        output::note(printable(&line));
        return Ok(other);
    }
    let explained = access.explain_at(status, url).await;
    Err(explained.map(|text| format!(": {}", printable(&text))).unwrap_or_default())
}
