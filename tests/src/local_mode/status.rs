//! The counters of the pipes.

use serde::Deserialize;

use super::LocalMode;
use crate::http::Http;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PipeStatus {
    pub name: String,
    pub read: u64,
    pub filtered: u64,
    pub delivered: u64,
    pub dead_lettered: u64,
}

#[derive(Deserialize)]
struct Statuses {
    pipes: Vec<PipeStatus>,
}

impl PipeStatus {
    /// Returns whether the pipe has finished all records that it has read.
    pub fn is_idle(&self) -> bool {
        self.read == self.filtered + self.delivered + self.dead_lettered
    }
}

impl LocalMode {
    pub async fn pipes(&self) -> Vec<PipeStatus> {
        let url = format!("{}/page/pipes.json", self.addresses.http);
        let (status, body) = Http::default().get(&url).await.unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice::<Statuses>(&body).unwrap().pipes
    }
}
