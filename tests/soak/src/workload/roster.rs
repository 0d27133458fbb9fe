//! The clients: four in each language, over all tenants.

use crate::oracle::observations::{ClientLog, CollectionEnd, SubscriptionLog};

/// Names that begin alike, differ in case only, or are encoded in a source.
pub const TENANTS: [&str; 9] =
    ["acme", "acme2", "Acme", "globex", "initech", "übermut", "50%", "a b", "umbrella"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    TypeScript,
    Python,
    Rust,
}

#[derive(Debug, Clone)]
pub struct Client {
    pub name: String,
    pub language: Language,
    pub tenant: &'static str,
    pub habit: Habit,
    /// Has a collection of the orders of its tenant.
    pub has_collection: bool,
    pub subscriptions: Vec<Subscription>,
    /// The life of its tokens.
    pub seconds: u64,
}

/// How the application behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Has a store, and stays.
    Stays,
    /// Has a store. It leaves, and returns later.
    Leaves,
    /// Has a store. It stops reading for a while, now and then.
    Pauses,
    /// Has no store.
    Forgets,
}

#[derive(Debug, Clone)]
pub struct Subscription {
    pub name: &'static str,
    pub tables: &'static [&'static str],
    pub types: &'static [&'static str],
}

/// Everything of one table, and of two others in one subscription.
const APART: [Subscription; 2] = [
    Subscription { name: "orders", tables: &["orders"], types: &[] },
    Subscription { name: "others", tables: &["accounts", "restored"], types: &[] },
];
/// Two subscriptions that receive the same events.
const OVERLAPPING: [Subscription; 2] = [
    Subscription { name: "all", tables: &["orders", "accounts"], types: &[] },
    Subscription { name: "changes", tables: &["orders"], types: &["order.changed.v1", "order.removed.v1"] },
];
/// Each document has a log of its own, so the second one is wide: it has a gap after each reconnect.
const WIDE: [Subscription; 2] = [
    Subscription { name: "orders", tables: &["orders", "restored"], types: &[] },
    Subscription { name: "documents", tables: &["documents"], types: &[] },
];
const ONE: [Subscription; 1] = [Subscription { name: "accounts", tables: &["accounts"], types: &[] }];

pub fn clients() -> Vec<Client> {
    use Habit::{Forgets, Leaves, Pauses, Stays};
    use Language::{Python, Rust, TypeScript};
    vec![
        client(TypeScript, "acme", Leaves, &OVERLAPPING, 45),
        client(TypeScript, "globex", Stays, &WIDE, 60),
        client(TypeScript, "übermut", Pauses, &APART, 600),
        with_collection(client(TypeScript, "initech", Forgets, &ONE, 30)),
        client(Python, "acme2", Leaves, &APART, 60),
        client(Python, "50%", Pauses, &OVERLAPPING, 600),
        client(Python, "acme", Stays, &APART, 45),
        with_collection(client(Python, "Acme", Forgets, &ONE, 30)),
        client(Rust, "a b", Leaves, &APART, 45),
        client(Rust, "globex", Pauses, &OVERLAPPING, 600),
        client(Rust, "umbrella", Stays, &WIDE, 60),
        with_collection(client(Rust, "übermut", Forgets, &ONE, 30)),
    ]
}

fn client(
    language: Language,
    tenant: &'static str,
    habit: Habit,
    subscriptions: &[Subscription],
    seconds: u64,
) -> Client {
    let name = format!("{language:?} {tenant} {habit:?}").to_lowercase().replace(' ', "-");
    let subscriptions = subscriptions.to_vec();
    Client { name, language, tenant, habit, has_collection: false, subscriptions, seconds }
}

fn with_collection(client: Client) -> Client {
    Client { has_collection: true, ..client }
}

impl Client {
    pub fn is_durable(&self) -> bool {
        self.habit != Habit::Forgets
    }

    pub fn log(&self) -> ClientLog {
        let log = |subscription: &Subscription| SubscriptionLog {
            name: subscription.name.to_owned(),
            patterns: self.patterns(subscription),
            types: subscription.types.iter().map(|&name| name.to_owned()).collect(),
            is_durable: self.is_durable(),
            entries: Vec::new(),
        };
        let subscriptions = self.subscriptions.iter().map(log).collect();
        ClientLog { name: self.name.clone(), tenant: self.tenant.to_owned(), subscriptions }
    }

    pub fn end(&self) -> CollectionEnd {
        CollectionEnd {
            client: self.name.clone(),
            tenant: self.tenant.to_owned(),
            ..CollectionEnd::default()
        }
    }

    pub fn patterns(&self, subscription: &Subscription) -> Vec<String> {
        subscription.tables.iter().map(|table| format!("{table}/{}/*", self.tenant)).collect()
    }
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Self::TypeScript => "TypeScript",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }
}
