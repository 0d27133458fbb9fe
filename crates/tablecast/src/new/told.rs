use std::error::Error;
use std::fmt::Write as _;
use std::io::{Write, stdout};
use std::path::PathBuf;

use tablecast_pipeline::proposal::{Proposal, Sample};

/// What the one who asked should know.
pub struct Told<'t> {
    pub read: &'t str,
    pub sample: &'t Sample,
    pub proposal: &'t Proposal,
    pub written: &'t [PathBuf],
}

pub fn print(told: &Told<'_>) -> Result<(), Box<dyn Error>> {
    Ok(stdout().write_all(text(told)?.as_bytes())?)
}

fn text(told: &Told<'_>) -> Result<String, std::fmt::Error> {
    let Told { read, sample, proposal, written } = told;
    let mut text = String::new();
    let key: Vec<&str> = sample.key.names().collect();
    writeln!(text, "Read {read}. The key is {}.\n", key.join(", "))?;
    for path in *written {
        writeln!(text, "  wrote {}", path.display())?;
    }
    writeln!(text, "\n{}\nabout {}.", proposal.event_types.join(", "), proposal.subject)?;
    if !proposal.left.is_empty() {
        writeln!(text, "\nLeft out, and in the pipe file as comments:\n")?;
        let width = proposal.left.iter().map(|left| left.path.chars().count()).max().unwrap_or_default();
        for left in &proposal.left {
            writeln!(text, "  {:width$}  {}", left.path, left.reason)?;
        }
    }
    for note in &proposal.notes {
        writeln!(text, "\n{note}")?;
    }
    trial(&mut text, proposal, sample.items.len())?;
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
