use std::error::Error;
use std::vec;

use futures_util::{TryStream, stream};
use tablecast_event_log::{Channels, Logs};
use tablecast_protocol::channel::Channel;
use tablecast_protocol::subject::Pattern;

use super::arguments::Arguments;
use super::errors::{no_channel, no_log};

/// The sources of the channels to replay, one after the other.
pub struct Sources<'a> {
    arguments: &'a Arguments,
    channels: Channels,
    page: vec::IntoIter<String>,
    /// The first channel to replay, until it is found.
    first: Option<&'a str>,
    is_empty: bool,
}

impl<'a> Sources<'a> {
    pub fn of(logs: &Logs, arguments: &'a Arguments) -> Self {
        let checkpoint = arguments.checkpoint.as_ref().map(|checkpoint| &checkpoint.source);
        let first = checkpoint.or(arguments.source.as_ref()).map(String::as_str);
        let channels = logs.channels(&arguments.pipe);
        Self { arguments, channels, page: Vec::new().into_iter(), first, is_empty: true }
    }

    pub fn into_stream(self) -> impl TryStream<Ok = String, Error = Box<dyn Error>> + use<'a> {
        stream::try_unfold(self, |mut sources| async move {
            let source = sources.next().await?;
            Ok(source.map(|source| (source, sources)))
        })
    }

    /// Returns the next source. None at the end. Fails there if there is no channel, or not the first one.
    async fn next(&mut self) -> Result<Option<String>, Box<dyn Error>> {
        while let Some(source) = self.listed().await? {
            if self.first.is_some_and(|first| first != source) {
                continue;
            }
            self.first = None;
            if self.is_wanted(&source) {
                return Ok(Some(source));
            }
        }
        match self.first {
            _ if self.is_empty => Err(no_log(self.arguments).into()),
            Some(first) => Err(no_channel(self.arguments, first).into()),
            None => Ok(None),
        }
    }

    fn is_wanted(&self, source: &str) -> bool {
        let Arguments { source: wanted, subjects, .. } = self.arguments;
        wanted.as_deref().is_none_or(|wanted| wanted == source)
            && subjects.iter().any(|pattern| may_match(pattern, source))
    }

    async fn listed(&mut self) -> Result<Option<String>, Box<dyn Error>> {
        if self.page.as_slice().is_empty() {
            let page =
                self.channels.next_page().await.map_err(|error| self.arguments.place.unreachable(&error))?;
            self.is_empty &= page.is_empty();
            self.page = page.into_iter();
        }
        Ok(self.page.next())
    }
}

/// Returns whether a pattern can match a subject of a channel. True if the source is not that of a channel.
pub fn may_match(pattern: &Pattern, source: &str) -> bool {
    let Some(channel) = Channel::of_source(source) else { return true };
    let segments = source.matches('/').count();
    channel.is_in(pattern) || Channel::of_pattern(pattern, segments).is_some_and(|one| one == channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_without_a_wanted_subject_are_not_read() {
        for (pattern, source, expected) in [
            ("*", "tablecast/orders/acme", true),
            ("orders/*", "tablecast/orders/acme", true),
            ("orders/acme/*", "tablecast/orders/acme", true),
            ("orders/acme/1/lines/*", "tablecast/orders/acme", true),
            ("orders/acme", "tablecast/orders/acme", true),
            ("orders/acme/*", "tablecast/orders", true),
            ("orders/acme/*", "tablecast/orders/globex", false),
            ("profiles/*", "tablecast/orders/acme", false),
            ("orders/a b/*", "tablecast/orders/a%20b", true),
            ("orders/acme/*", "somebody/else", true),
        ] {
            assert_eq!(may_match(&Pattern::parse(pattern).unwrap(), source), expected, "{pattern} {source}");
        }
    }
}
