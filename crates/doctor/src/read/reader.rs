use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::CannotRun;
use crate::aws::{Client, Failure, Operation, Request};
use crate::facts::{Reading, Unreadable};

/// Collects what could not be read.
pub struct Reader {
    pub client: Client,
    unreadable: Mutex<Vec<Unreadable>>,
    has_read: AtomicBool,
}

impl Reader {
    pub fn new(client: Client) -> Self {
        Self { client, unreadable: Mutex::default(), has_read: AtomicBool::new(false) }
    }

    /// Reads something of a resource.
    pub async fn read(
        &self,
        operation: &'static Operation,
        subject: &str,
        request: Request,
    ) -> Reading<Value> {
        // Boxed, because a caller holds many of these futures at once.
        let result = Box::pin(self.client.call(operation, &request)).await;
        self.has_read.fetch_or(matches!(result, Ok(_) | Err(Failure::Missing)), Ordering::Relaxed);
        match result {
            Ok(value) => Reading::Found(value),
            Err(Failure::Missing) => Reading::Missing,
            Err(Failure::Refused(reason) | Failure::Unreachable(reason)) => {
                self.unknown(operation, subject, reason)
            }
        }
    }

    /// Notes that something is unknown.
    pub fn unknown<T>(&self, operation: &'static Operation, subject: &str, reason: String) -> Reading<T> {
        let Operation { name, permission, part, .. } = *operation;
        let unreadable =
            Unreadable { operation: name, permission, part, subject: subject.to_owned(), reason };
        if let Ok(mut all) = self.unreadable.lock() {
            all.push(unreadable);
        }
        Reading::Unknown
    }

    /// Reads all pages of a list. `next` gets the token of a page.
    pub async fn pages(
        &self,
        operation: &'static Operation,
        subject: &str,
        (items, token): (&str, &str),
        next: impl Fn(Option<&str>) -> Request,
    ) -> Reading<Vec<Value>> {
        let (mut all, mut after) = (Vec::new(), None::<String>);
        loop {
            match self.read(operation, subject, next(after.as_deref())).await {
                Reading::Found(mut page) => {
                    after = page[token].as_str().filter(|token| !token.is_empty()).map(str::to_owned);
                    if let Value::Array(found) = page[items].take() {
                        all.extend(found);
                    }
                }
                Reading::Missing => return Reading::Missing,
                Reading::Unknown => return Reading::Unknown,
            }
            if after.is_none() {
                return Reading::Found(all);
            }
        }
    }

    /// Fails if nothing at all could be read.
    pub fn check(&self) -> Result<(), CannotRun> {
        if self.has_read.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(self.nothing())
    }

    /// The first reason why something could not be read.
    pub fn nothing(&self) -> CannotRun {
        let reason = self.first_unreadable().map(|it| it.reason).unwrap_or_default();
        let skew = self.client.clock_skew().filter(|skew| skew.abs() > 60);
        let skew =
            skew.map(|skew| format!("; the clock of this machine is {skew} s ahead")).unwrap_or_default();
        CannotRun::Unreadable { reason, skew }
    }

    pub fn first_unreadable(&self) -> Option<Unreadable> {
        self.unreadable.lock().ok().and_then(|all| all.first().cloned())
    }

    pub fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable.into_inner().unwrap_or_default()
    }
}
