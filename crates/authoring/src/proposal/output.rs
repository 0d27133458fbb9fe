use super::dry_run::DryRun;
use super::file::File;
use super::selection::Omission;

#[derive(Debug, Clone)]
pub struct Proposal {
    /// `music.yaml`
    pub pipe: File,
    /// The records for the pipe file's tests. Their names are relative to the pipe file.
    pub fixtures: Vec<File>,
    pub schemas: Vec<File>,
    /// The types of the rules.
    pub event_types: Vec<String>,
    /// The types of the state and of removed items, if the file has a state.
    pub state: Option<[String; 2]>,
    /// `music/<Artist>/<SongTitle>`
    pub subject: String,
    pub omissions: Vec<Omission>,
    /// Hints for the user.
    pub notes: Vec<String>,
    pub dry_run: DryRun,
}
