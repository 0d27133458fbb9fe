use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tablecast_redrive::{Deployment, Key, Kind, Mode, Options, Rebuild, Selection};

use crate::deployment::DeploymentArguments;
use crate::format::Format;
use crate::timestamp::Timestamp;

/// Redrive rejected records and dead letters
///
/// Passes them through the functions of today, as the pipe does. Without --yes, it only shows which events they become,
/// and changes nothing. Records that succeed leave the table or the queue, and the others stay with the new reason. Exits
/// with 0 if nothing stays, with 1 if something does, and with 2 if it cannot run.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only records of this pipe (repeatable)
    #[arg(long = "pipe", value_name = "PIPE")]
    pub pipes: Vec<String>,
    /// Only records whose path or reason has this text
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Only what failed at this time or later: 2026-11-23T09:00:00Z, or 2h for two hours ago
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub since: Option<Timestamp>,
    /// Only what failed before this time
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub until: Option<Timestamp>,
    /// Only the rejected record or the dead letter with this id (repeatable); with --rebuild, the dead letter that had a
    /// change of the item
    #[arg(long = "id", value_name = "ID")]
    pub ids: Vec<String>,
    /// Only rejected records, or only dead letters
    #[arg(long, value_enum, value_name = "KIND")]
    pub only: Option<Only>,
    /// Do it, instead of showing it
    #[arg(long)]
    pub yes: bool,
    /// Records in a second at most
    #[arg(long, value_name = "RECORDS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
    /// Records in a batch at most, 1 to 10,000, as `stream.batch` of the pipe file
    #[arg(long, value_name = "RECORDS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub batch: u32,
    /// With --yes, delete dead letters whose records have left the stream
    #[arg(long, requires = "yes")]
    pub discard_lost: bool,
    /// Make events of the item with this key, as it is in the table of --pipe (repeatable)
    #[arg(
        long = "rebuild",
        value_name = "KEY",
        requires = "pipes",
        value_parser = Key::parse,
        conflicts_with_all = ["reason", "since", "until", "only", "discard_lost"]
    )]
    pub rebuild: Vec<Key>,
    /// Output format; with json, each record is a line, and the summary is the last one
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Print the IAM policy that the command needs, and exit
    #[arg(long)]
    pub permissions: bool,
    /// Folder with pipes/, for the names of pipes
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub from: PathBuf,
    #[command(flatten)]
    pub place: DeploymentArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    Rejected,
    DeadLetters,
}

impl Arguments {
    pub fn mode(&self) -> Mode {
        if self.yes { Mode::Redrive } else { Mode::Show }
    }

    pub fn selection(&self) -> Selection {
        let only = self.only.map(|only| match only {
            Only::Rejected => Kind::Rejected,
            Only::DeadLetters => Kind::DeadLetters,
        });
        Selection {
            pipes: self.pipes.clone(),
            reason: self.reason.clone(),
            since: self.since.map(Timestamp::milliseconds),
            until: self.until.map(Timestamp::milliseconds),
            ids: self.ids.clone(),
            only,
        }
    }

    pub fn options(&self) -> Options {
        Options { rate: self.rate, batch: self.batch as usize, discard_lost: self.discard_lost }
    }

    pub fn rebuild(&self) -> Result<Option<Rebuild>, String> {
        match (&self.rebuild[..], &self.pipes[..], &self.ids[..]) {
            ([], ..) => Ok(None),
            (keys, [pipe], [] | [_]) => {
                let letter = self.ids.first().cloned();
                Ok(Some(Rebuild { pipe: pipe.clone(), keys: keys.to_vec(), letter }))
            }
            (_, [_], _) => Err("--rebuild takes one dead letter: give --id once".to_owned()),
            _ => Err("--rebuild reads the table of one pipe: give --pipe once".to_owned()),
        }
    }

    /// A record of an unknown pipe has the name of its table, or `unknown`. Only dead letters need the pipe.
    pub fn check_pipes(&self, deployment: &Deployment) -> Result<(), String> {
        let is_known = |pipe: &&String| deployment.pipes.iter().any(|known| known.name == **pipe);
        let needs_pipe = !self.rebuild.is_empty() || self.only == Some(Only::DeadLetters);
        match self.pipes.iter().find(|pipe| !is_known(pipe)) {
            Some(pipe) if needs_pipe => {
                let known: Vec<_> = deployment.pipes.iter().map(|pipe| pipe.name.as_str()).collect();
                Err(format!("there is no pipe {pipe} in the {}; it has {}", self.place, known.join(", ")))
            }
            _ => Ok(()),
        }
    }
}
