use std::io::{self, Write, stdout};

use tablecast_client::{Item, Reason, Refused, State};

use super::line::{Style, printable};
use crate::output;

/// Why `tail` stops.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The server refused the connection, or all patterns, with this status.
    Refused { status: u16, reason: String },
    /// Nobody reads stdout, as after `| head`.
    OutputClosed,
}

/// Shows items on stdout, and the rest on stderr.
pub struct Screen<'s> {
    style: Style,
    url: &'s str,
    /// The number of patterns.
    patterns: usize,
    refused: Vec<Refused>,
    /// How many refused patterns are named already.
    named: usize,
}

impl<'s> Screen<'s> {
    pub fn new(style: Style, url: &'s str, patterns: usize) -> Self {
        let url = url.split_once('?').map_or(url, |(address, _)| address);
        Self { style, url, patterns, refused: Vec::new(), named: 0 }
    }

    /// Returns why to stop.
    pub fn item(&mut self, item: Item) -> io::Result<Option<End>> {
        match item {
            Item::Event(event) | Item::Late(event) => return print(&self.style.line(event.json())),
            Item::Gap(gap) => output::note(missing(&gap.source, &gap.reason)),
            Item::Refused(refused) => {
                self.refused.push(refused);
                return Ok(self.is_refused().then(|| self.all_refused()));
            }
            other => output::note(printable(&format!("{other:?}"))),
        }
        Ok(None)
    }

    /// Returns why to stop.
    pub fn state(&mut self, state: State, reason: &Reason) -> Option<End> {
        match (state, reason.status()) {
            (State::Live, _) => {
                output::note(format_args!("connected to {}", self.url));
                self.name_refused();
            }
            (State::Waiting, Some(status)) if is_final(status) => {
                return Some(End::Refused { status, reason: printable(reason.summary()) });
            }
            (State::Waiting, _) => {
                output::note(format_args!("{}; reconnecting", printable(reason.summary())))
            }
            _ => {}
        }
        None
    }

    fn is_refused(&self) -> bool {
        self.refused.len() == self.patterns
    }

    fn all_refused(&self) -> End {
        let reason = format!("{}: the server refused every pattern", self.url);
        End::Refused { status: 403, reason }
    }

    fn name_refused(&mut self) {
        for Refused { subject, reason } in &self.refused[self.named..] {
            output::note(printable(&format!("not granted, and not shown: {subject} ({reason})")));
        }
        self.named = self.refused.len();
    }
}

/// The same request would fail again after a 4xx status, except 429.
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && status != 429
}

pub fn missing(source: &str, why: &str) -> String {
    let explained = match why {
        "too-wide" => "the pattern is wider than a channel, and cannot resume (too-wide)",
        why => why,
    };
    printable(&format!("events of {source} until now may be missing: {explained}"))
}

pub fn print(line: &str) -> io::Result<Option<End>> {
    let mut output = stdout().lock();
    let written = writeln!(output, "{line}").and_then(|()| output.flush());
    match output::is_closed(&written) {
        true => Ok(Some(End::OutputClosed)),
        false => written.map(|()| None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(subject: &str) -> Item {
        Item::Refused(Refused { subject: subject.to_owned(), reason: "not-granted".to_owned() })
    }

    #[test]
    fn only_refusals_that_may_be_temporary_are_retried() {
        let mut screen = Screen::new(Style::Json, "ws://a/?token=secret", 1);
        let mut is_retried = |status: u16| {
            let reason = Reason::refused(status, None, "no".to_owned(), None);
            screen.state(State::Waiting, &reason).is_none()
        };
        assert_eq!(
            [400, 403, 404, 429, 500, 502, 503].map(&mut is_retried),
            [false, false, false, true, true, true, true]
        );
        assert_eq!(screen.state(State::Waiting, &Reason::from("cut")), None);
    }

    #[test]
    fn tail_stops_when_the_last_pattern_is_refused() {
        let mut screen = Screen::new(Style::Json, "ws://a/?token=secret", 2);
        assert_eq!(screen.item(refused("a")).unwrap(), None);
        let reason = "ws://a/: the server refused every pattern".to_owned();
        assert_eq!(screen.item(refused("b")).unwrap(), Some(End::Refused { status: 403, reason }));
    }

    #[test]
    fn a_gap_of_a_wide_pattern_is_explained() {
        let text = "events of tablecast/orders/* until now may be missing: the pattern is wider than a channel, and \
                    cannot resume (too-wide)";
        assert_eq!(missing("tablecast/orders/*", "too-wide"), text);
        assert!(missing("tablecast/orders/acme", "trimmed").ends_with("may be missing: trimmed"));
    }
}
