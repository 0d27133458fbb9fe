//! Copies of this project's pipe files, changed for a test.

use std::fs;

use tablecast_definitions::definition::Definition;
use tablecast_protocol::channel::Channel;
use tablecast_protocol::subject::Subject;
use tempfile::TempDir;

use crate::project;

/// A folder with pipe files, deleted when the value is dropped.
pub struct PipeFiles(TempDir);

impl PipeFiles {
    /// Sets the number of segments of channels. Profiles have subjects of three segments, as orders have:
    /// [`team_subject`].
    pub fn with_channels(segments: u8) -> Self {
        Self::changed(|text| {
            let text = text.replace(r#""profiles/" +"#, r#""profiles/team/" +"#);
            let changed = with_channel(&text, segments);
            assert_eq!(Definition::parse(&changed).unwrap().log.channel, segments, "{changed}");
            changed
        })
    }

    /// Changes the text of each file. The copies have no tests, whose records are in the project.
    pub fn changed(change: impl Fn(&str) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["orders.yaml", "profiles.yaml"] {
            let text = fs::read_to_string(project().join("pipes").join(name)).unwrap();
            let without_tests = text.split("\ntests:").next().unwrap();
            fs::write(folder.path().join(name), change(&format!("{without_tests}\n"))).unwrap();
        }
        Self(folder)
    }

    /// The arguments of the local mode.
    pub fn arguments(&self) -> [&str; 2] {
        ["--pipes", self.0.path().to_str().unwrap()]
    }
}

/// Replaces the line of `log`.
fn with_channel(text: &str, segments: u8) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("log:"));
    let other_lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("{other_lines}log: {{ channel: {segments} }}\n")
}

/// The subject of a user's profile, with [`PipeFiles::with_channels`].
pub fn team_subject(user: &str) -> String {
    format!("profiles/team/{user}")
}

/// The source of a subject's events, with channels of this number of segments.
pub fn source(subject: &str, segments: u8) -> String {
    Channel::of(&Subject::parse(subject).unwrap(), segments.into()).source()
}
