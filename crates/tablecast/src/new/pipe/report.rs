//! Prints what `new pipe` read, wrote and left out.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use tablecast_authoring::proposal::{Omission, Proposal};

use super::input::Input;
use crate::local::program;

pub fn print(input: &Input, proposal: &Proposal, written: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let key: Vec<&str> = input.sample.key.names().collect();
    let mut text = format!("Read {}. The key is {}.\n\n", input.origin, key.join(", "));
    written.iter().try_for_each(|path| writeln!(text, "  wrote {}", path.display()))?;
    text += &self::text(input, proposal)?;
    next_steps(&mut text, written)?;
    Ok(crate::output::text(&text)?)
}

/// Describes the events, and what was left out.
pub fn text(input: &Input, proposal: &Proposal) -> Result<String, fmt::Error> {
    let mut text = String::new();
    writeln!(text, "\nEvents: {}", proposal.event_types.join(", "))?;
    if let Some([state, removed]) = &proposal.state {
        writeln!(text, "State: {state}, and {removed} for an item that is gone")?;
    }
    writeln!(text, "Subject: {}", proposal.subject)?;
    omissions(&mut text, proposal)?;
    input.notes.iter().chain(&proposal.notes).try_for_each(|note| writeln!(text, "\n{note}"))?;
    dry_run(&mut text, proposal, input.sample.items.len())?;
    Ok(text)
}

fn omissions(text: &mut String, proposal: &Proposal) -> fmt::Result {
    let width = proposal.omissions.iter().map(|omission| omission.path.chars().count()).max();
    let Some(width) = width else { return Ok(()) };
    writeln!(text, "\nLeft out. The pipe file lists them as comments:\n")?;
    let line = |omission: &_| {
        let Omission { path, reason, .. } = omission;
        writeln!(text, "  {path:width$}  {reason}")
    };
    proposal.omissions.iter().try_for_each(line)
}

fn dry_run(text: &mut String, proposal: &Proposal, items: usize) -> fmt::Result {
    writeln!(text, "\nTried: {} of these {items} items become events.", proposal.dry_run.events)?;
    for (reason, count) in &proposal.dry_run.rejected {
        writeln!(text, "  {count} would be rejected: {reason}")?;
    }
    Ok(())
}

fn next_steps(text: &mut String, written: &[PathBuf]) -> fmt::Result {
    let pipe = written.first().map(|path| path.display().to_string()).unwrap_or_default();
    writeln!(
        text,
        "\nAttributes that all of these items have are required: an item without one is rejected.\n\
         A larger sample finds more optional attributes.\n\n\
         No one can subscribe until you add a `grant`. Next:\n\n  \
         1. Read {pipe} and add the grant.\n  \
         2. Check it: {} check",
        program("")
    )
}
