use std::error::Error;
use std::fmt::Write as _;
use std::io::{Write, stdout};
use std::path::PathBuf;

use tablecast_authoring::proposal::Proposal;

use super::Found;

pub fn print(found: &Found, proposal: &Proposal, written: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    Ok(stdout().write_all(text(found, proposal, written)?.as_bytes())?)
}

/// What the one who asked should know.
fn text(found: &Found, proposal: &Proposal, written: &[PathBuf]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let key: Vec<&str> = found.sample.key.names().collect();
    writeln!(text, "Read {}. The key is {}.\n", found.by, key.join(", "))?;
    for path in written {
        writeln!(text, "  wrote {}", path.display())?;
    }
    writeln!(text, "\n{}\nabout {}.", proposal.event_types.join(", "), proposal.subject)?;
    left(&mut text, proposal)?;
    found.notes.iter().chain(&proposal.notes).try_for_each(|note| writeln!(text, "\n{note}"))?;
    trial(&mut text, proposal, found.sample.items.len())?;
    writeln!(
        text,
        "\nWhat all of them have is required of every item: one without it is rejected. A larger sample knows better."
    )?;
    writeln!(
        text,
        "\nNobody may subscribe yet: read {}, and say there who may (`grant`). Then: cargo run -- check",
        written.first().map(|path| path.display().to_string()).unwrap_or_default()
    )?;
    Ok(text)
}

fn left(text: &mut String, proposal: &Proposal) -> std::fmt::Result {
    let width = proposal.left.iter().map(|left| left.path.chars().count()).max();
    let Some(width) = width else { return Ok(()) };
    writeln!(text, "\nLeft out, and in the pipe file as comments:\n")?;
    proposal.left.iter().try_for_each(|left| writeln!(text, "  {:width$}  {}", left.path, left.reason))
}

fn trial(text: &mut String, proposal: &Proposal, items: usize) -> std::fmt::Result {
    writeln!(
        text,
        "\nTried: {} of these {items} items become events when they are written.",
        proposal.trial.events
    )?;
    for (reason, count) in &proposal.trial.rejected {
        writeln!(text, "  {count} would be rejected: {reason}")?;
    }
    Ok(())
}
