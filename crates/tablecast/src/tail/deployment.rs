//! Follows the logs of a deployment, with the credentials of AWS. There is no socket, and no token.
//!
//! # Layout
//! - `arguments`: the options
//! - `channels`: the channels that are followed, and how far each one is read; `follower`: reads them
//! - `pace`: how often

mod arguments;
mod channels;
mod follower;
mod pace;

use std::error::Error;

use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;

use super::line::Style;
use crate::deployment::{Deployment, unreachable};
use crate::output;
pub use arguments::LogArguments;
use channels::Channels;
use follower::Follower;

/// Bytes of compressed events that one read returns, about.
const PAGE_BYTES: usize = 1 << 20;

/// Follows the channels of a deployment. Returns only if it cannot begin, or if nobody reads the output.
pub async fn follow(
    name: &str,
    arguments: &LogArguments,
    patterns: &[String],
    style: Style,
) -> Result<(), Box<dyn Error>> {
    let patterns: Vec<Pattern> =
        patterns.iter().map(|pattern| Pattern::parse(pattern)).collect::<Result<_, _>>()?;
    let logs = Deployment::on_aws(tablecast_aws::configuration().await, name).logs();
    let channels = Channels::find(logs.clone(), arguments.pipes()?, patterns.clone()).await;
    let mut channels = channels.map_err(|error| unreachable(name, &error))?;
    output::note(format_args!("following {channels}, deployment {name}{}", pace::note(channels.len())));
    let follower =
        Follower { logs, filter: EventFilter { patterns, types: [].into() }, style, page_bytes: PAGE_BYTES };
    let end = match arguments.since {
        Some(since) => follower.show_since(&mut channels, since).await?,
        None => None,
    };
    if end.is_none() {
        follower.run(channels).await?;
    }
    Ok(())
}
