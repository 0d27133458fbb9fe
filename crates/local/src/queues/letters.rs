use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::pipes::dead_letter_file;

/// The lines of the files, without those that a reader hides.
pub struct Letters {
    pub address: String,
    folder: PathBuf,
    /// Until when each line is hidden.
    hidden: Mutex<HashMap<String, Instant>>,
}

impl Letters {
    pub fn new(address: String, folder: PathBuf) -> Self {
        Self { address, folder, hidden: Mutex::default() }
    }

    /// Returns all messages of a queue. `None` without a file, and for a name that is none of a pipe.
    pub async fn lines(&self, queue: &str) -> Result<Vec<String>, String> {
        if queue.is_empty() || queue.contains(['/', '\\', '.']) {
            return Err(format!("{queue:?} is no name of a pipe"));
        }
        match tokio::fs::read_to_string(self.file(queue)).await {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Returns messages that nobody hides, and hides them.
    pub async fn receive(&self, queue: &str, most: usize, hidden: Duration) -> Result<Vec<String>, String> {
        let lines = self.lines(queue).await?;
        let visible: Vec<_> = lines.into_iter().filter(|line| !self.is_hidden(line)).take(most).collect();
        visible.iter().for_each(|line| self.hide(line, hidden));
        Ok(visible)
    }

    pub fn hide(&self, line: &str, span: Duration) {
        let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        hidden.retain(|_, until| *until > Instant::now());
        hidden.insert(line.to_owned(), Instant::now() + span);
    }

    pub fn is_hidden(&self, line: &str) -> bool {
        let hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        hidden.get(line).is_some_and(|until| *until > Instant::now())
    }

    pub async fn delete(&self, queue: &str, line: &str) -> Result<(), String> {
        self.lines(queue).await?;
        dead_letter_file::remove(&self.file(queue), line).await.map_err(|error| error.to_string())
    }

    fn file(&self, queue: &str) -> PathBuf {
        self.folder.join(format!("{queue}.jsonl"))
    }
}
