//! The faults that are in force at the proxies. Each counts its hits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The API behind a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// DynamoDB, as functions call it.
    Table,
    /// The gateway's `@connections` API.
    Connections,
    /// PutEvents.
    Bus,
    /// Lambda's Invoke.
    Invoke,
    /// The runtime API of `enrich` and `dispatch`.
    Runtime,
    /// The tokens of clients.
    Tokens,
    /// The issuer's key set.
    Keys,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Responds without the server behind the proxy.
    Instead {
        status: u16,
        kind: &'static str,
        body: &'static str,
    },
    /// Responds so for some connections, and delivers nothing to them any more: they are dead.
    Dead {
        status: u16,
        kind: &'static str,
    },
    /// The same with 410, for connections of the last ten seconds only.
    DeadIfYoung,
    /// The server receives the request and does it, but the caller gets no response.
    AcceptedThenHang,
    /// The caller gets no response, and the server no request.
    Hang,
    Slow(Duration),
    /// The first half of the response.
    Truncated,
    /// Some entries of PutEvents fail.
    Partial,
    /// The function did its work, but its response is lost.
    LostResponse,
    ExpiredToken,
    ForeignToken,
}

#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub target: Target,
    /// The operations that are concerned. None means all.
    pub operations: &'static [&'static str],
    pub answer: Answer,
    /// How many of a hundred requests are concerned.
    pub share: u8,
}

/// A rule in force, until it is lifted.
pub struct Active {
    pub rule: Rule,
    hits: AtomicU64,
    lifted: AtomicBool,
    /// For each connection, whether it is dead.
    dead: Mutex<HashMap<String, bool>>,
}

#[derive(Clone, Default)]
pub struct Rules(Arc<Mutex<Vec<Arc<Active>>>>);

impl Rules {
    pub fn add(&self, rule: Rule) -> Arc<Active> {
        let active = Arc::new(Active {
            rule,
            hits: AtomicU64::new(0),
            lifted: AtomicBool::new(false),
            dead: Mutex::default(),
        });
        self.0.lock().unwrap().push(active.clone());
        active
    }

    /// Returns the number of requests that the rule concerned.
    pub fn lift(&self, active: &Arc<Active>) -> u64 {
        active.lifted.store(true, Ordering::SeqCst);
        self.0.lock().unwrap().retain(|other| !Arc::ptr_eq(other, active));
        active.hits.load(Ordering::SeqCst)
    }

    /// Returns the rule for a request, by its share. No rule answers for a connection that another one killed.
    pub fn find(&self, target: Target, operation: &str, path: &str) -> Option<Arc<Active>> {
        let rules = self.0.lock().unwrap();
        let matching = || rules.iter().filter(|active| active.rule.concerns(target, operation));
        let killer = matching().find(|active| active.has_killed(path));
        killer.or_else(|| matching().find(|active| fastrand::u8(..100) < active.rule.share)).cloned()
    }
}

impl Active {
    pub fn hit(&self) {
        self.hits.fetch_add(1, Ordering::SeqCst);
    }

    /// Decides once for each connection: nothing is delivered to a connection after a message that was lost.
    pub fn kills(&self, connection: &str, is_young: bool) -> bool {
        let is_concerned = is_young || !matches!(self.rule.answer, Answer::DeadIfYoung);
        let decide = || is_concerned && fastrand::u8(..3) == 0;
        *self.dead.lock().unwrap().entry(connection.to_owned()).or_insert_with(decide)
    }

    fn has_killed(&self, connection: &str) -> bool {
        self.dead.lock().unwrap().get(connection) == Some(&true)
    }

    pub async fn lifted(&self) {
        while !self.lifted.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Answer {
    /// Returns whether the gateway loses connections.
    pub fn loses_connections(self) -> bool {
        matches!(self, Self::Dead { .. } | Self::DeadIfYoung)
    }
}

impl Rule {
    fn concerns(&self, target: Target, operation: &str) -> bool {
        let named = self.operations.is_empty() || self.operations.contains(&operation);
        self.target == target && named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Rule = Rule { target: Target::Connections, operations: &[], answer: Answer::Hang, share: 100 };

    #[test]
    fn a_connection_that_was_killed_while_it_was_young_stays_dead() {
        let rules = Rules::default();
        rules.add(ALL);
        let active = rules.add(Rule { answer: Answer::DeadIfYoung, ..ALL });
        let connection = |n: u32| format!("/@connections/{n}");
        let killed = (0..).map(connection).find(|path| active.kills(path, true)).unwrap();
        assert!(active.kills(&killed, false), "it is older now");
        let found = |path| rules.find(Target::Connections, "POST", path).unwrap();
        assert!(Arc::ptr_eq(&found(&killed), &active), "no other rule answers for it");
        assert!(!Arc::ptr_eq(&found("/@connections/other"), &active));
        assert!((0..100).map(|n| format!("old {n}")).all(|path| !active.kills(&path, false)));
    }
}
