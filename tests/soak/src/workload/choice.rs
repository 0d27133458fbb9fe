//! The next operation of a writer.

use std::collections::BTreeSet;
use std::ops::Range;

use fastrand::Rng;

use super::item::{Item, Table, Total};
use super::operation::{Change, How, Operation};
use super::stock::{Stock, now};

impl Stock {
    /// Returns the next operation.
    pub fn choose(&mut self) -> Operation {
        self.forget_restored();
        let one = |kind, how, change| Operation { kind, how, changes: vec![change] };
        match self.rng.u32(..100) {
            0..30 => {
                let change = self.change(&BTreeSet::new(), true);
                let kind = if change.new.is_some() { "put" } else { "delete" };
                one(kind, How::Single, change)
            }
            30..58 => self.update(),
            58..70 => self.transaction(),
            70..82 => self.several("batch", How::Batch, 3..9),
            82..86 => self.change_live("no-op write", How::Single, |_, _| {}),
            86..90 => self.change_live("change of notes", How::Update, |item, rng| item.notes = rng.u64(..)),
            90..92 => self.odd(),
            92..93 => self.poison(),
            93..95 => one("draft", How::Single, self.draft()),
            _ => self.new_expiring(),
        }
    }

    pub fn transaction(&mut self) -> Operation {
        self.forget_restored();
        self.several("transaction", How::Transaction, 2..5)
    }

    /// Another version of a live item that is good.
    pub fn touched(&mut self) -> Vec<Operation> {
        self.forget_restored();
        let good = self.live.values().filter(|item| !item.is_poison() && item.expires.is_none());
        let touch = |old: &Item| {
            let new = Item { version: old.version + 1, ..old.clone() };
            let change = Change { key: old.key.clone(), old: Some(old.clone()), new: Some(new) };
            Operation { kind: "last write", how: How::Single, changes: vec![change] }
        };
        good.map(touch).collect()
    }

    fn several(&mut self, kind: &'static str, how: How, count: Range<usize>) -> Operation {
        let mut taken = BTreeSet::new();
        let mut changes = Vec::new();
        for _ in 0..self.rng.usize(count) {
            let change = self.change(&taken, false);
            taken.insert(change.key.clone());
            changes.push(change);
        }
        Operation { kind, how, changes }
    }

    fn update(&mut self) -> Operation {
        let usual = self.usual();
        let Some(old) = self.rng.choice(usual) else {
            let change = self.change(&BTreeSet::new(), false);
            return Operation { kind: "put", how: How::Single, changes: vec![change] };
        };
        let new = Some(self.next(&old, true));
        let change = Change { key: old.key.clone(), old: Some(old), new };
        Operation { kind: "update", how: How::Update, changes: vec![change] }
    }

    /// Changes a live item without another version.
    fn change_live(
        &mut self,
        kind: &'static str,
        how: How,
        change: impl FnOnce(&mut Item, &mut Rng),
    ) -> Operation {
        let usual = self.usual();
        let Some(old) = self.rng.choice(usual) else { return self.update() };
        let mut new = old.clone();
        change(&mut new, &mut self.rng);
        let change = Change { key: old.key.clone(), old: Some(old), new: Some(new) };
        Operation { kind, how, changes: vec![change] }
    }

    pub fn odd(&mut self) -> Operation {
        let change = self.special("odd", Table::Orders, |item, _| item.is_odd = true);
        Operation { kind: "odd order", how: How::Single, changes: vec![change] }
    }

    pub fn poison(&mut self) -> Operation {
        let set = |item: &mut Item, rng: &mut Rng| {
            item.total = if rng.bool() { Total::Text } else { Total::Missing };
        };
        let change = self.special("bad", Table::Orders, set);
        Operation { kind: "poison order", how: How::Single, changes: vec![change] }
    }

    fn draft(&mut self) -> Change {
        self.special("d", Table::Accounts, |_, _| {})
    }

    /// The account expires as soon as it is written.
    fn new_expiring(&mut self) -> Operation {
        let new = Item { expires: Some(now() + 1), ..self.new_item(Table::Accounts, &BTreeSet::new()) };
        let change = Change { key: new.key.clone(), old: None, new: Some(new) };
        Operation { kind: "expiring account", how: How::Single, changes: vec![change] }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::control::Control;
    use super::*;

    fn stock(control: &Arc<Control>) -> Stock {
        Stock::new("acme", 7, Arc::clone(control))
    }

    /// Performs so many operations, and returns them.
    fn perform(stock: &mut Stock, count: usize) -> Vec<Operation> {
        let one = |_| {
            let operation = stock.choose();
            operation.changes.iter().for_each(|change| stock.apply(change));
            operation
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn there_is_every_kind_of_operation() {
        let operations = perform(&mut stock(&Arc::default()), 500);
        let kinds: BTreeSet<_> = operations.iter().map(|operation| operation.kind).collect();
        let expected = [
            "batch",
            "change of notes",
            "delete",
            "draft",
            "expiring account",
            "no-op write",
            "odd order",
            "poison order",
            "put",
            "transaction",
            "update",
        ];
        assert_eq!(kinds, BTreeSet::from(expected));
    }

    #[test]
    fn each_change_of_an_item_has_a_greater_version_or_none() {
        for operation in perform(&mut stock(&Arc::default()), 1000) {
            let keys: BTreeSet<_> = operation.changes.iter().map(|change| &change.key).collect();
            assert_eq!(keys.len(), operation.changes.len(), "{operation:?}");
            for Change { old, new, .. } in &operation.changes {
                let [old, new] = [old, new].map(|item| item.as_ref().map(|item| item.version));
                let is_silent = ["no-op write", "change of notes"].contains(&operation.kind);
                assert!(new.is_none() || old < new || is_silent, "{operation:?}");
            }
        }
    }

    #[test]
    fn an_item_that_is_created_again_has_a_version_after_its_end() {
        let mut stock = stock(&Arc::default());
        let mut last = std::collections::BTreeMap::new();
        let mut created_again = 0;
        for change in perform(&mut stock, 2000).into_iter().flat_map(|operation| operation.changes) {
            let version =
                change.new.as_ref().or(change.old.as_ref()).map(|item| item.version).unwrap_or_default();
            let before = last.insert(change.key, version);
            created_again += usize::from(change.old.is_none() && before.is_some());
            assert!(before.is_none_or(|before| before <= version));
        }
        assert!(created_again > 10, "{created_again}");
    }

    #[test]
    fn a_table_that_pauses_has_no_writes_and_one_that_is_restored_has_new_keys() {
        let control = Arc::new(Control::default());
        let mut stock = stock(&control);
        let of_table = |operations: Vec<Operation>| -> BTreeSet<_> {
            let changes = operations.into_iter().flat_map(|operation| operation.changes);
            changes.map(|change| change.key).filter(|key| key.table == Table::Restored).collect()
        };
        let before = of_table(perform(&mut stock, 500));
        control.pause(Table::Restored);
        assert_eq!(of_table(perform(&mut stock, 500)), BTreeSet::new());
        control.restored(Table::Restored);
        control.resume();
        let after = of_table(perform(&mut stock, 500));
        assert!(!before.is_empty() && !after.is_empty() && before.is_disjoint(&after));
    }
}
