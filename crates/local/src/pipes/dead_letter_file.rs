use std::io;
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tablecast_pipes::dead_letters::DeadLetters;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

/// Held while a file changes. So no dead letter is added to a file that is being replaced.
static CHANGING: Mutex<()> = Mutex::const_new(());

/// A file with one line for each dead letter.
pub struct DeadLetterFile(pub PathBuf);

impl DeadLetters for DeadLetterFile {
    fn store<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        async move {
            let _changing = CHANGING.lock().await;
            let file = OpenOptions::new().create(true).append(true).open(&self.0).await;
            let mut file = file.map_err(|error| error.to_string())?;
            file.write_all(format!("{letter}\n").as_bytes()).await.map_err(|error| error.to_string())?;
            file.sync_all().await.map_err(|error| error.to_string())
        }
        .boxed()
    }

    fn location(&self) -> String {
        self.0.display().to_string()
    }
}

/// Removes a dead letter. Another file replaces this one, so that no other dead letter is lost on the way.
pub async fn remove(path: &Path, letter: &str) -> io::Result<()> {
    let _changing = CHANGING.lock().await;
    let text = tokio::fs::read_to_string(path).await?;
    let rest: String = text.lines().filter(|line| *line != letter).map(|line| format!("{line}\n")).collect();
    let next = path.with_extension("jsonl.next");
    let mut file = tokio::fs::File::create(&next).await?;
    file.write_all(rest.as_bytes()).await?;
    file.sync_all().await?;
    tokio::fs::rename(next, path).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn each_dead_letter_is_appended_as_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dead-letters.jsonl");
        let file = DeadLetterFile(path.clone());
        file.store(&json!({"a": 1})).await.unwrap();
        file.store(&json!({"b": 2})).await.unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "{\"a\":1}\n{\"b\":2}\n");
    }
}
