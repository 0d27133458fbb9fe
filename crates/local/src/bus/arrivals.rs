use std::collections::VecDeque;

use super::entry::Event;

/// How many events are kept, and how many bytes of them.
const MAX_EVENTS: usize = 10_000;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The newest events, in JSON, ready to be looked at.
#[derive(Default)]
pub struct Arrivals {
    events: VecDeque<Arrival>,
    bytes: usize,
}

struct Arrival {
    id: String,
    json: String,
}

/// Which of the kept events are wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Range {
    limit: Option<usize>,
    after: Option<String>,
}

impl Range {
    pub fn parse(query: &str) -> Result<Self, String> {
        let mut range = Self::default();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("limit", count)) => range.limit = Some(parse_limit(count)?),
                Some(("after", id)) => range.after = Some(id.to_owned()),
                _ => return Err(format!("{parameter}: there is limit=<count> and after=<id>\n")),
            }
        }
        Ok(range)
    }
}

fn parse_limit(count: &str) -> Result<usize, String> {
    count.parse().map_err(|_| format!("limit={count}: a count of events is wanted\n"))
}

impl Arrivals {
    pub fn add(&mut self, event: Event) {
        // A value whose keys are all text cannot fail to be written.
        let Ok(json) = serde_json::to_string(&event) else { return };
        self.bytes += json.len();
        self.events.push_back(Arrival { id: event.id, json });
        while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            let oldest = self.events.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.json.len());
        }
    }

    /// A JSON array, one event a line. After an event that is no longer kept comes everything that is.
    pub fn list(&self, range: &Range) -> String {
        let is_after = |id: &String| self.events.iter().position(|event| event.id == *id);
        let after = range.after.as_ref().and_then(is_after).map_or(0, |at| at + 1);
        let newest = self.events.len().saturating_sub(range.limit.unwrap_or(usize::MAX));
        let events = self.events.iter().skip(after.max(newest)).map(|event| event.json.as_str());
        format!("[{}]\n", events.collect::<Vec<_>>().join(",\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::entry::Entry;
    use serde_json::{Value, json};

    fn event(id: &str, bytes: usize) -> Event {
        let detail = json!({"text": "x".repeat(bytes)}).to_string();
        let entry = json!({"Source": "s", "DetailType": "t", "Detail": detail});
        serde_json::from_value::<Entry>(entry).unwrap().into_event(id).unwrap()
    }

    fn ids(arrivals: &Arrivals, query: &str) -> Vec<String> {
        let list: Vec<Value> = serde_json::from_str(&arrivals.list(&Range::parse(query).unwrap())).unwrap();
        list.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn events_are_listed_newest_last_and_from_any_place_on() {
        let mut arrivals = Arrivals::default();
        assert_eq!(ids(&arrivals, ""), [""; 0]);
        ["a", "b", "c"].into_iter().for_each(|id| arrivals.add(event(id, 1)));
        assert_eq!(ids(&arrivals, ""), ["a", "b", "c"]);
        assert_eq!(ids(&arrivals, "limit=2"), ["b", "c"]);
        assert_eq!(ids(&arrivals, "after=b"), ["c"]);
        assert_eq!(ids(&arrivals, "after=a&limit=1"), ["c"]);
        assert_eq!(ids(&arrivals, "after=forgotten"), ["a", "b", "c"]);
        assert_eq!(ids(&arrivals, "limit=0"), [""; 0]);
    }

    #[test]
    fn a_query_that_means_nothing_is_refused() {
        assert!(Range::parse("limit=many").is_err());
        assert!(Range::parse("befor=a").is_err());
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let mut arrivals = Arrivals::default();
        (0..MAX_EVENTS).for_each(|n| arrivals.add(event(&n.to_string(), 1)));
        assert_eq!(ids(&arrivals, "").len(), MAX_EVENTS);
        arrivals.add(event("last", 1));
        let kept = ids(&arrivals, "");
        assert_eq!((kept.len(), kept[0].as_str()), (MAX_EVENTS, "1"));
    }

    #[test]
    fn the_oldest_is_forgotten_when_they_are_too_large() {
        let mut arrivals = Arrivals::default();
        (0..300).for_each(|n| arrivals.add(event(&n.to_string(), 250_000)));
        assert!(arrivals.bytes <= MAX_BYTES);
        let kept = ids(&arrivals, "");
        assert_eq!(kept.last().map(String::as_str), Some("299"));
        assert_eq!(kept.len(), MAX_BYTES / (arrivals.bytes / kept.len()));
    }
}
