//! Follows the logs of a deployment, with the credentials of AWS. There is no socket, and no token.
//!
//! # Layout
//! - `arguments`: the options
//! - `channels`: the channels that are followed, and how far each one is read

mod arguments;
mod channels;

use std::error::Error;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_aws::StorageError;
use tablecast_event_log::Logs;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tokio::time::{Instant, sleep_until};

use super::line::{Style, printable};
use super::screen::{End, missing, print};
use crate::deployment::{Deployment, unreachable};
use crate::output;
use crate::replay::{CLOCK_SKEW, ReplayFilter};
use crate::timestamp::Timestamp;
pub use arguments::LogArguments;
use channels::{Channel, Channels};

/// The channels that are read in one second. With more channels, a round takes longer.
const READS_PER_SECOND: usize = 50;

const READS_AT_ONCE: usize = 8;

/// New channels are searched this often.
const SEARCH_INTERVAL: Duration = Duration::from_secs(10);

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
    output::note(format_args!("following {channels}, deployment {name}{}", pace(channels.len())));
    let follower = Follower { logs, filter: EventFilter { patterns, types: [].into() }, style };
    let end = match arguments.since {
        Some(since) => follower.show_since(&mut channels, since).await?,
        None => None,
    };
    if end.is_none() {
        follower.run(channels).await?;
    }
    Ok(())
}

/// Returns how often each channel is read, if that is less than once a second.
fn pace(channels: usize) -> String {
    match channels.div_ceil(READS_PER_SECOND) {
        0 | 1 => String::new(),
        seconds => {
            format!("; each one is read about every {seconds} seconds. Name fewer subjects to be faster")
        }
    }
}

struct Follower {
    logs: Logs,
    filter: EventFilter,
    style: Style,
}

impl Follower {
    /// Reads each channel once in a round, until nobody reads the output.
    async fn run(&self, mut channels: Channels) -> Result<End, Box<dyn Error>> {
        let mut searched_at = Instant::now();
        loop {
            let began = Instant::now();
            let seconds = channels.len().div_ceil(READS_PER_SECOND).max(1);
            if let Some(end) = self.round(&mut channels).await? {
                return Ok(end);
            }
            if searched_at.elapsed() >= SEARCH_INTERVAL {
                searched_at = Instant::now();
                let found = channels.find_new().await;
                found.unwrap_or_else(|error| output::note(format_args!("{error}; retrying")));
            }
            sleep_until(began + Duration::from_secs(seconds as u64)).await;
        }
    }

    async fn round(&self, channels: &mut Channels) -> Result<Option<End>, Box<dyn Error>> {
        let reads = stream::iter(channels.iter_mut()).map(|channel| self.read(channel));
        let mut reads = reads.buffer_unordered(READS_AT_ONCE);
        while let Some(end) = reads.next().await {
            if let Some(end) = end? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    /// Shows the new events of a channel. After a failure, the next round reads them.
    async fn read(&self, channel: &mut Channel) -> Result<Option<End>, Box<dyn Error>> {
        loop {
            let following = match self.logs.after(&channel.source, channel.offset, PAGE_BYTES).await {
                Ok(following) => following,
                Err(error) => {
                    note_once(channel, &error);
                    return Ok(None);
                }
            };
            channel.is_readable = true;
            if following.has_gap && channel.offset > 0 {
                output::note(missing(&channel.source, "they have expired, or their item is damaged"));
            }
            if let Some(end) = self.show(following.events.iter().map(|event| event.text.as_str()))? {
                return Ok(Some(end));
            }
            let Some(end) = following.end else { return Ok(None) };
            channel.offset = end;
        }
    }

    /// Shows the events of changes since a time, channel by channel.
    async fn show_since(
        &self,
        channels: &mut Channels,
        since: Timestamp,
    ) -> Result<Option<End>, Box<dyn Error>> {
        let filter = ReplayFilter::since(since, self.filter.clone());
        for channel in channels.iter_mut() {
            let from = since.milliseconds() - CLOCK_SKEW;
            let walk = self.logs.walk_since(&channel.pipe, &channel.source, from).await?;
            let Some(mut walk) = walk else { continue };
            loop {
                let events = walk.next_page().await?;
                let Some(last) = events.last() else { break };
                channel.offset = channel.offset.max(last.position.offset);
                let texts = events.iter().map(|event| event.text.as_str());
                if let Some(end) = self.show(texts.filter(|text| filter.matches(text)))? {
                    return Ok(Some(end));
                }
            }
        }
        Ok(None)
    }

    fn show<'t>(&self, events: impl Iterator<Item = &'t str>) -> Result<Option<End>, Box<dyn Error>> {
        for event in events.filter(|event| self.filter.wants(event)) {
            let end = print(&self.style.line(event)).map_err(|error| format!("cannot print: {error}"))?;
            if end.is_some() {
                return Ok(end);
            }
        }
        Ok(None)
    }
}

fn note_once(channel: &mut Channel, error: &StorageError) {
    if channel.is_readable {
        output::note(printable(&format!("{}: {error}; retrying", channel.source)));
    }
    channel.is_readable = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_channels_are_read_less_often_and_a_line_names_the_interval() {
        assert_eq!((pace(0), pace(50)), (String::new(), String::new()));
        assert!(pace(51).contains("about every 2 seconds"), "{}", pace(51));
        assert!(pace(10_000).contains("about every 200 seconds"));
    }
}
