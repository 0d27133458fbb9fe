use std::error::Error;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_aws::StorageError;
use tablecast_event_log::Logs;
use tablecast_protocol::event_filter::EventFilter;
use tokio::time::{Instant, sleep_until};

use super::channels::{Channel, Channels};
use super::pace;
use crate::output;
use crate::replay::{CLOCK_SKEW, ReplayFilter};
use crate::tail::line::{Style, printable};
use crate::tail::screen::{End, missing, print};
use crate::timestamp::Timestamp;

const READS_AT_ONCE: usize = 8;

/// New channels are searched this often.
const SEARCH_INTERVAL: Duration = Duration::from_secs(10);

/// Reads of a channel in one round. A channel that always has new events does not keep the round from the others.
const READS_IN_A_ROUND: usize = 4;

/// Reads the channels, and shows their events.
pub struct Follower {
    pub logs: Logs,
    pub filter: EventFilter,
    pub style: Style,
    /// Bytes of compressed events that one read returns, about.
    pub page_bytes: usize,
}

impl Follower {
    /// Reads the new events of each channel in a round, until nobody reads the output.
    pub async fn run(&self, mut channels: Channels) -> Result<End, Box<dyn Error>> {
        let mut searched_at = Instant::now();
        loop {
            let began = Instant::now();
            let seconds = pace::seconds(channels.len());
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
        for _ in 0..READS_IN_A_ROUND {
            let following = match self.logs.after(&channel.source, channel.offset, self.page_bytes).await {
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
            let Some(end) = following.read_to else { return Ok(None) };
            channel.offset = end;
        }
        Ok(None)
    }

    /// Shows the events of changes since a time, channel by channel.
    pub async fn show_since(
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
            if !walk.damaged().is_empty() {
                output::note(missing(&channel.source, "an item of the log is damaged"));
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
    use serde_json::json;
    use tablecast_event_log::NewEvent;
    use tablecast_stand_in::StandIn;

    use super::*;

    const SOURCE: &str = "tablecast/orders/acme";

    #[tokio::test]
    async fn a_channel_that_always_has_events_does_not_keep_a_round_from_the_others() {
        let logs = Logs::new(StandIn::in_process(&["log"]).dynamodb(), "log");
        for number in 0..6 {
            let id = number.to_string();
            let text =
                json!({ "id": id, "source": SOURCE, "type": "t", "subject": "orders/acme/1" }).to_string();
            let entries = [NewEvent { id: &id, text: &text }];
            let _ = logs.append("orders", SOURCE, &entries, Duration::from_secs(60), 0).await.unwrap();
        }
        let filter = EventFilter { patterns: Vec::new(), types: [].into() };
        let follower = Follower { logs, filter, style: Style::Json, page_bytes: 1 };
        let mut channel =
            Channel { source: SOURCE.to_owned(), pipe: "orders".to_owned(), offset: 0, is_readable: true };
        for end in [4, 6] {
            assert_eq!(follower.read(&mut channel).await.unwrap(), None);
            assert_eq!(channel.offset, end);
        }
    }
}
