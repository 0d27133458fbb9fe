use std::fmt::Write;

use tablecast_rejected::Cause;

use super::line::{Line, Place};
use super::lost::{Known, Lost};
use super::place::LetterPlace;
use super::summary::Summary;
use super::unread::Unread;
use crate::mode::Mode;
use crate::outcome::Outcome;

/// Known records to show of one dead letter.
const SHOWN: usize = 20;

pub fn line_text(line: &Line) -> String {
    let place = match line.place {
        Place::Rejected => "rejected",
        Place::DeadLetter => "dead letter",
        Place::Table => "read",
    };
    let at = line.failed_at.as_ref().map(|at| format!(" {at}")).unwrap_or_default();
    let mut text = format!("{} {} ({place}{at})\n", line.pipe, line.id);
    row(&mut text, "change", &format!("{} of {} at {}", line.operation, line.keys, line.changed));
    if let Some(failed) = &line.failed {
        row(&mut text, "failed", &failed.to_string());
    }
    let verb = if line.outcome == Outcome::Redrivable { "becomes" } else { "became" };
    let bus = if line.bus == Some(false) { "not on the bus" } else { "on the bus" };
    for event in &line.events {
        let source = &event.source;
        row(
            &mut text,
            verb,
            &format!("{} of {}, in the channel {source}, {bus}", event.event_type, event.subject),
        );
    }
    if let Some((word, reason)) = result(line) {
        row(&mut text, word, &reason);
    }
    text
}

fn result(line: &Line) -> Option<(&'static str, String)> {
    let reason = line.reason.as_ref().map(Cause::to_string);
    match line.outcome {
        Outcome::Redrivable | Outcome::Redriven => None,
        Outcome::Unmatched if line.operation == "READ" => Some((
            "nothing",
            "no rule makes an event of an item that is read: allow `operation == \"READ\"` in `when`"
                .to_owned(),
        )),
        Outcome::Unmatched => Some(("nothing", "no rule makes an event of it".to_owned())),
        Outcome::Rejected => Some(("stays", reason.unwrap_or_default())),
        Outcome::Failed => {
            Some(("stays", "dispatch could not deliver it; the log of dispatch has the reason".to_owned()))
        }
        Outcome::Waits => Some(("stays", "an earlier change of its item could not be delivered".to_owned())),
        Outcome::Changed => {
            Some(("stays", "it was delivered, and has changed in the table meanwhile".to_owned()))
        }
    }
}

/// `deployment` is the option that names the deployment, with a space before it.
pub fn lost_text(lost: &Lost, deployment: &str) -> String {
    let Lost { place, last_change, records, found, .. } = lost;
    let missing = records.saturating_sub(*found).max(1);
    let mut text = title(place);
    row(&mut text, "lost", &format!("at least {missing} of {records} records have left the stream"));
    row(&mut text, "place", &range(place));
    row(&mut text, "changed", &format!("from {} to {last_change}", place.first_change));
    row(&mut text, "failed", &place.condition);
    for known in lost.known.iter().take(SHOWN) {
        match known {
            Known::Log { id, subject, .. } => row(&mut text, "log", &format!("{subject} ({id})")),
            Known::Rejected { id, keys } => row(&mut text, "rejected", &format!("{keys} ({id})")),
        }
    }
    if lost.known.len() > SHOWN {
        row(&mut text, "", &format!("and {} more; --format json has all", lost.known.len() - SHOWN));
    }
    let has_log = lost.known.iter().any(|known| matches!(known, Known::Log { .. }));
    match lost.discarded {
        true => row(&mut text, "deleted", "the dead letter"),
        false => advice(&mut text, lost, has_log, deployment),
    }
    text
}

fn advice(text: &mut String, lost: &Lost, has_log: bool, deployment: &str) {
    let Lost { place: LetterPlace { pipe, letter, first_change, .. }, log_until, .. } = lost;
    if has_log {
        let range = format!("--since {first_change} --until {log_until}");
        row(
            text,
            "next",
            &format!("events of the log to the bus: tablecast replay{deployment} {pipe} {range} --to-bus"),
        );
    }
    let rebuild = format!("tablecast redrive{deployment} --pipe {pipe} --id {letter} --rebuild KEY --yes");
    row(text, "next", &format!("events of the items, as they are: {rebuild}"));
    let discard = format!("tablecast redrive{deployment} --pipe {pipe} --id {letter} --discard-lost --yes");
    row(text, "next", &format!("without the dead letter: {discard}"));
}

/// `deployment` is the option that names the deployment, with a space before it.
pub fn unread_text(unread: &Unread, deployment: &str) -> String {
    let Unread { place, reason } = unread;
    let LetterPlace { pipe, letter, first_change, condition, .. } = place;
    let mut text = title(place);
    row(&mut text, "unread", reason);
    row(&mut text, "place", &range(place));
    row(&mut text, "failed", condition);
    let again = format!("tablecast redrive{deployment} --pipe {pipe} --id {letter} --yes");
    row(&mut text, "next", &format!("nothing is lost until 24 hours after {first_change}: {again}"));
    text
}

fn title(LetterPlace { pipe, letter, at, .. }: &LetterPlace) -> String {
    format!("{pipe} {letter} (dead letter {at})\n")
}

fn range(LetterPlace { stream, shard, first_sequence, last_sequence, .. }: &LetterPlace) -> String {
    format!("{shard} of {stream}, from {first_sequence} to {last_sequence}")
}

pub fn summary_text(summary: &Summary, mode: Mode) -> String {
    let Summary { records, letters, events, .. } = summary;
    let mut parts = Vec::new();
    let mut add = |count: usize, what: &str| {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    };
    add(summary.redrivable, "can be redriven");
    add(summary.redriven, "are redriven");
    add(summary.unmatched, "make no event");
    add(summary.rejected, "still cannot become events");
    add(summary.failed, "could not be delivered");
    add(summary.waits, "wait for an earlier change");
    add(summary.changed, "changed meanwhile and stay");
    add(summary.filtered, "are dropped by the filter of the pipe");
    add(summary.letters_removed, "dead letters are deleted");
    add(summary.letters_lost, "dead letters lack records");
    add(summary.letters_unread, "dead letters could not be read");
    add(summary.letters_elsewhere, "dead letters are with another reader");
    add(summary.unreadable, "items of the table are no complete record");
    let found = format!("{records} records, {letters} dead letters, {events} events");
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    let hint = if mode.redrives() { "" } else { ". Nothing was changed: --yes redrives them" };
    format!("{found}{parts}{hint}")
}

fn row(text: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {name:<9}{value}");
}

#[cfg(test)]
mod tests;
