//! Events that a command publishes on the bus. They are marked: a consumer can leave them out, or want only them.

use std::error::Error;
use std::time::Duration;

use tablecast_bus::{Bus, DateTime, DateTimeFormat, Entry};
use tablecast_protocol::event::EventHead;
use tokio::time::Instant;

/// Enough time to publish a few MB with all retries.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Publishes events of a pipe. Returns the indexes of those that the bus did not confirm.
pub async fn publish(bus: &Bus, pipe: &str, texts: &[String]) -> Result<Vec<usize>, Box<dyn Error>> {
    let heads = texts.iter().map(|text| EventHead::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let entries = heads.iter().zip(texts).map(|(head, text)| entry(pipe, head, text));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    Ok(bus.publish(&entries, Instant::now() + TIMEOUT).await.failed)
}

fn entry<'e>(pipe: &'e str, head: &'e EventHead<'_>, text: &'e str) -> Result<Entry<'e>, Box<dyn Error>> {
    let time = DateTime::from_str(&head.time, DateTimeFormat::DateTimeWithOffset)?;
    Ok(Entry { id: &head.id, pipe, event_type: &head.event_type, time, text, traceparent: None })
}
