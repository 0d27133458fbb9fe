//! The seam to where dead letters are kept: a file, or a queue over the wire.

use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;

/// Where an operator finds what was given up.
pub trait DeadLetters: Send + Sync + 'static {
    /// Returns once the letter is safe; the error is told to an operator.
    fn keep<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>>;

    /// How an operator calls it.
    fn place(&self) -> String;
}

/// A file with a line for each letter.
pub struct File(pub PathBuf);

impl DeadLetters for File {
    fn keep<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        async move {
            let file = OpenOptions::new().create(true).append(true).open(&self.0).await;
            let mut file = file.map_err(|error| error.to_string())?;
            file.write_all(format!("{letter}\n").as_bytes()).await.map_err(|error| error.to_string())?;
            file.sync_all().await.map_err(|error| error.to_string())
        }
        .boxed()
    }

    fn place(&self) -> String {
        self.0.display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn letters_are_appended_line_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dead-letters.jsonl");
        let file = File(path.clone());
        file.keep(&json!({"a": 1})).await.unwrap();
        file.keep(&json!({"b": 2})).await.unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "{\"a\":1}\n{\"b\":2}\n");
    }
}
