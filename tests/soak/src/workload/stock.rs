//! The items of one writer, and their next versions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fastrand::Rng;

use super::control::Control;
use super::item::{Item, Key, Table};
use super::operation::Change;

/// The largest number of items of a writer in each table.
const ITEMS: [(Table, usize); 4] =
    [(Table::Orders, 10), (Table::Accounts, 6), (Table::Documents, 3), (Table::Restored, 4)];

/// The sizes of documents. The limit of a message is 128 KB, and that of an item is 400 KB.
const BODIES: [usize; 9] = [10, 100, 1_000, 10_000, 60_000, 129_000, 131_000, 200_000, 395_000];
const SMALL_BODIES: usize = 4;

pub struct Stock {
    tenant: String,
    pub(super) rng: Rng,
    pub live: BTreeMap<Key, Item>,
    /// The last versions of items that ended. Their keys can be used again.
    ended: BTreeMap<Key, u64>,
    numbers: u64,
    control: Arc<Control>,
    /// The number of restored tables that this writer has read.
    restores: usize,
}

impl Stock {
    pub fn new(tenant: &str, seed: u64, control: Arc<Control>) -> Self {
        let (tenant, rng) = (tenant.to_owned(), Rng::with_seed(seed));
        Self { tenant, rng, live: BTreeMap::new(), ended: BTreeMap::new(), numbers: 0, control, restores: 0 }
    }

    /// A number between 0 and 1.
    pub fn random(&mut self) -> f64 {
        self.rng.f64()
    }

    /// The item is as this change left it.
    pub fn apply(&mut self, change: &Change) {
        match &change.new {
            Some(new) => {
                self.ended.remove(&change.key);
                self.live.insert(change.key.clone(), new.clone());
            }
            None => self.end(&change.key),
        }
    }

    pub fn end(&mut self, key: &Key) {
        if let Some(item) = self.live.remove(key) {
            self.ended.insert(key.clone(), item.version);
        }
    }

    /// The accounts that the table deletes.
    pub fn expiring(&self) -> impl Iterator<Item = &Item> {
        self.live.values().filter(|item| item.expires.is_some())
    }

    /// A restored table is empty, and its keys are not used again.
    pub(super) fn forget_restored(&mut self) {
        for table in self.control.restored_since(&mut self.restores) {
            self.live.retain(|key, _| key.table != table);
            self.ended.retain(|key, _| key.table != table);
        }
    }

    /// A new item, another version, or the end of an item.
    pub(super) fn change(&mut self, taken: &BTreeSet<Key>, may_be_large: bool) -> Change {
        let (table, most) = self.table();
        let live: Vec<_> = self.live.values().filter(|item| is_usual(item, table)).cloned().collect();
        let free: Vec<_> = live.iter().filter(|item| !taken.contains(&item.key)).collect();
        let is_new = free.is_empty() || (live.len() < most && self.rng.u32(..3) == 0);
        if is_new {
            let new = self.new_item(table, taken);
            let new = self.with_body(new, may_be_large);
            return Change { key: new.key.clone(), old: None, new: Some(new) };
        }
        let old = free[self.rng.usize(..free.len())].clone();
        let next = self.next(&old, may_be_large);
        let new = (self.rng.u32(..6) > 0).then_some(next);
        Change { key: old.key.clone(), old: Some(old), new }
    }

    /// Returns a table that does not pause, and its largest number of items.
    fn table(&mut self) -> (Table, usize) {
        let (table, most) = ITEMS[[0, 0, 0, 1, 1, 2, 3][self.rng.usize(..7)]];
        if self.control.is_paused(table) { ITEMS[0] } else { (table, most) }
    }

    /// Items of tables that do not pause.
    pub(super) fn usual(&self) -> Vec<Item> {
        let usual = |item: &&Item| is_usual(item, item.key.table) && !self.control.is_paused(item.key.table);
        self.live.values().filter(usual).cloned().collect()
    }

    pub(super) fn next(&mut self, old: &Item, may_be_large: bool) -> Item {
        let version = old.version + 1;
        let status = ["PLACED", "PAID", "SHIPPED", "ARCHIVED"][self.rng.usize(..4)];
        let new = Item { version, status, notes: self.rng.u64(..), ..old.clone() };
        self.with_body(new, may_be_large)
    }

    fn with_body(&mut self, item: Item, may_be_large: bool) -> Item {
        if item.key.table != Table::Documents {
            return item;
        }
        let sizes = if may_be_large { BODIES.len() } else { SMALL_BODIES };
        let size = BODIES[self.rng.usize(..sizes)];
        let letters = (0..64).map(|_| self.rng.alphanumeric()).collect::<String>();
        Item { body: letters.repeat(size / letters.len() + 1)[..size].into(), ..item }
    }

    /// A new item with a prefix of its own, or another version of one.
    pub(super) fn special(
        &mut self,
        prefix: &str,
        table: Table,
        set: impl FnOnce(&mut Item, &mut Rng),
    ) -> Change {
        let begin = format!("{prefix}-");
        let of_kind = |item: &&Item| item.key.table == table && item.key.id.starts_with(&begin);
        let last = self.live.values().rfind(of_kind).cloned();
        let (old, mut new) = match last.filter(|_| self.rng.bool()) {
            Some(old) => (Some(old.clone()), Item { version: old.version + 1, ..old }),
            None => (None, Item::new(self.new_key(prefix, table), 1)),
        };
        set(&mut new, &mut self.rng);
        Change { key: new.key.clone(), old, new: Some(new) }
    }

    /// With a new key, or with one whose item ended.
    pub(super) fn new_item(&mut self, table: Table, taken: &BTreeSet<Key>) -> Item {
        let ended = self.ended.iter().filter(|(key, _)| key.table == table && !taken.contains(key));
        let ended: Vec<_> = ended.map(|(key, version)| (key.clone(), *version)).collect();
        match self.rng.choice(ended).filter(|_| self.rng.bool()) {
            Some((key, version)) => Item::new(key, version + 1),
            None => Item::new(self.new_key("a", table), 1),
        }
    }

    fn new_key(&mut self, prefix: &str, table: Table) -> Key {
        self.numbers += 1;
        let tenant = self.tenant.clone();
        // The key of an account has no tenant.
        let id = format!("{prefix}-{}-{}", super::digest::hash(&tenant) % 10_000, self.numbers);
        Key { table, tenant, id }
    }
}

/// Odd and bad orders, drafts and accounts that expire are changed on their own.
fn is_usual(item: &Item, table: Table) -> bool {
    item.key.table == table && item.key.id.starts_with("a-") && item.expires.is_none()
}

pub fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
