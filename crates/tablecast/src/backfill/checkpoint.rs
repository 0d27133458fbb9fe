//! The progress of a backfill, in a file. It is written after each page whose events were sent, so that a backfill that
//! is killed sends at most one page again, with the same ids.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::scan::{Continuation, Key};

/// The arguments that must be the same when a backfill continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub pipe: String,
    /// The ARN of the table.
    pub table: String,
    pub target: String,
    pub segments: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub job: Job,
    /// The value of `replayed`.
    pub replay: String,
    /// For each segment, the last key that was read: empty at the start, and none at the end.
    pub segments: Vec<Continuation>,
    pub counts: Counts,
    /// The bytes of the file that `--out` names.
    pub written: u64,
}

pub struct Checkpoint {
    file: Option<PathBuf>,
    pub state: State,
    pub is_continued: bool,
}

impl Checkpoint {
    /// Continues from the file, if it exists.
    pub fn open(file: Option<PathBuf>, job: Job, replay: String) -> Result<Self, String> {
        let found = file.as_deref().map(read).transpose()?.flatten();
        match (found, file) {
            (Some(state), Some(file)) if state.job != job => Err(other_job(&file, &state.job, &job)),
            (Some(state), file) => Ok(Self { file, state, is_continued: true }),
            (None, file) => {
                let segments = vec![Some(Key::new()); job.segments];
                let state = State { job, replay, segments, counts: Counts::default(), written: 0 };
                Ok(Self { file, state, is_continued: false })
            }
        }
    }

    /// The segments that have not ended, with the last key that was read.
    pub fn open_segments(&self) -> Vec<(usize, Key)> {
        let segments = self.state.segments.iter().enumerate();
        segments.filter_map(|(number, after)| Some((number, after.clone()?))).collect()
    }

    /// Replaces the file at once, so that it is whole whenever the backfill is killed.
    pub fn save(&self) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = serde_json::to_string(&self.state).map_err(|error| error.to_string())?;
        let new = file.with_added_extension("new");
        let saved = fs::write(&new, text).and_then(|()| fs::rename(&new, file));
        saved.map_err(|error| format!("{}: cannot write the checkpoint: {error}", file.display()))
    }

    /// Removes the file at the end, so that the same command begins anew.
    pub fn finish(self) -> Result<(), String> {
        let Some(file) = self.file else { return Ok(()) };
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("{}: cannot remove the checkpoint: {error}", file.display()))
            }
            _ => Ok(()),
        }
    }

    /// The remedy after a failure.
    pub fn remedy(&self) -> String {
        match &self.file {
            Some(_) => "to continue, run the same command".to_owned(),
            None => "run the command again; with --checkpoint FILE, it would continue".to_owned(),
        }
    }
}

fn read(file: &Path) -> Result<Option<State>, String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: cannot read the checkpoint: {error}", file.display())),
    };
    let state = serde_json::from_str(&text);
    state.map(Some).map_err(|error| {
        format!("{}: is not the checkpoint of a backfill: {error}; name another file", file.display())
    })
}

fn other_job(file: &Path, found: &Job, job: &Job) -> String {
    format!(
        "{}: belongs to another backfill: {found}, and not {job}; use the same options, or remove the file to begin anew",
        file.display()
    )
}

impl std::fmt::Display for Job {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { pipe, table, target, segments } = self;
        write!(out, "{pipe} from {table} to {target} with --segments {segments}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(segments: usize) -> Job {
        Job { pipe: "orders".into(), table: "arn".into(), target: "stdout".into(), segments }
    }

    #[test]
    fn a_backfill_continues_where_its_checkpoint_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.checkpoint");
        let open = |replay: &str| Checkpoint::open(Some(file.clone()), job(2), replay.to_owned()).unwrap();
        let mut first = open("first");
        assert_eq!((first.is_continued, first.open_segments().len()), (false, 2));
        first.state.segments[0] = None;
        first.state.counts.items = 7;
        first.save().unwrap();
        let second = open("second");
        assert_eq!((&second.state, second.is_continued), (&first.state, true));
        assert_eq!((second.open_segments(), second.state.replay.as_str()), (vec![(1, Key::new())], "first"));
        second.finish().unwrap();
        assert!(!open("third").is_continued);
    }

    #[test]
    fn a_checkpoint_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.checkpoint");
        let open = |segments| Checkpoint::open(Some(file.clone()), job(segments), String::new());
        open(2).unwrap().save().unwrap();
        let error = open(3).err().unwrap();
        assert!(error.contains("--segments 2, and not") && error.contains("remove the file"), "{error}");
        fs::write(&file, "{}").unwrap();
        let error = open(2).err().unwrap();
        assert!(error.contains("is not the checkpoint of a backfill"), "{error}");
    }
}
