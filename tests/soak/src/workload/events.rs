//! The events that a change of an item must become. The pipe files of tests/soak/pipes have the same rules.

use serde_json::{Value, json};

use super::digest::digest;
use super::item::{Item, Table};
use crate::oracle::observations::{Expected, Outcome};

/// Returns the events that a change must become, or its rejection. `is_expired`: the time to live removed the item.
pub fn outcome(old: Option<&Item>, new: Option<&Item>, is_expired: bool) -> Outcome {
    let Some(item) = new.or(old) else { return Outcome::Events(Vec::new()) };
    let is_changed = old.map(|old| old.version) != new.map(|new| new.version);
    match item.key.table {
        _ if !is_changed => Outcome::Events(Vec::new()),
        Table::Orders if new.is_some_and(Item::is_poison) => Outcome::Rejected,
        Table::Orders => Outcome::Events(orders(old, new)),
        Table::Accounts => Outcome::Events(accounts(old, new, is_expired)),
        Table::Documents => {
            let body = ("body", digest(&item.body));
            Outcome::Events(written(old, new, ["document.written.v1", "document.deleted.v1"], &[body]))
        }
        Table::Restored => Outcome::Events(written(old, new, ["note.written.v1", "note.deleted.v1"], &[])),
    }
}

fn orders(old: Option<&Item>, new: Option<&Item>) -> Vec<Expected> {
    let grade = |item: &Item| ("grade", if item.is_odd { "odd" } else { "even" }.into());
    let status = |item: &Item| ("status", item.status.into());
    let event = match (old, new) {
        (None, Some(new)) => Some(new.event("order.placed.v1", &[new.total(), grade(new)])),
        (Some(_), Some(new)) => Some(new.event("order.changed.v1", &[status(new), new.total()])),
        _ => None,
    };
    let is_state = |item: Option<&Item>| item.is_some_and(Item::is_state);
    let state = match (old, new) {
        (_, Some(new)) if new.is_state() => Some(new.event("order.v1", &[status(new), new.total()])),
        (Some(old), _) if is_state(Some(old)) => Some(removed(old)),
        _ => None,
    };
    event.into_iter().chain(state).collect()
}

/// The event of an item that is no state any more has its key only.
fn removed(old: &Item) -> Expected {
    let data = json!({"tenant": old.key.tenant, "orderId": old.key.id});
    Expected { event_type: "order.removed.v1", version: old.version, data }
}

fn accounts(old: Option<&Item>, new: Option<&Item>, is_expired: bool) -> Vec<Expected> {
    let event = match (old, new) {
        (None, Some(new)) => Some(new.event("account.created.v1", &[])),
        (Some(_), Some(new)) => Some(new.event("account.changed.v1", &[])),
        (old, None) => old.map(|old| {
            let reason = if is_expired { "expired" } else { "deleted" };
            old.event("account.deleted.v1", &[("reason", reason.into())])
        }),
    };
    // The filter drops drafts.
    event.into_iter().filter(|_| new.or(old).is_some_and(|item| item.key.id.starts_with("a-"))).collect()
}

fn written(
    old: Option<&Item>,
    new: Option<&Item>,
    [written, deleted]: [&'static str; 2],
    members: &[(&str, Value)],
) -> Vec<Expected> {
    let event = new.map(|new| new.event(written, members));
    event.or_else(|| old.map(|old| old.event(deleted, &[]))).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::item::{Key, Total};
    use super::*;

    fn item(table: Table, version: u64) -> Item {
        Item::new(Key { table, tenant: "acme".to_owned(), id: "a-1".to_owned() }, version)
    }

    /// The types and versions of the events, or `rejected`.
    fn events(old: Option<&Item>, new: Option<&Item>) -> String {
        match outcome(old, new, false) {
            Outcome::Rejected => "rejected".to_owned(),
            Outcome::Events(events) => {
                let names: Vec<_> =
                    events.iter().map(|one| format!("{} {}", one.event_type, one.version)).collect();
                names.join(", ")
            }
        }
    }

    #[test]
    fn an_order_has_an_event_and_a_state() {
        let [one, two] = [1, 2].map(|version| item(Table::Orders, version));
        assert_eq!(events(None, Some(&one)), "order.placed.v1 1, order.v1 1");
        assert_eq!(events(Some(&one), Some(&two)), "order.changed.v1 2, order.v1 2");
        assert_eq!(events(Some(&two), None), "order.removed.v1 2");
        let archived = Item { status: "ARCHIVED", ..two };
        assert_eq!(events(Some(&one), Some(&archived)), "order.changed.v1 2, order.removed.v1 1");
        assert_eq!(events(Some(&archived), None), "");
        assert_eq!(archived.state(), None);
    }

    #[test]
    fn a_change_of_notes_has_no_event_and_a_poison_order_is_rejected() {
        let one = item(Table::Orders, 1);
        assert_eq!(events(Some(&one), Some(&Item { notes: 7, ..one.clone() })), "");
        let poison = Item { total: Total::Text, ..one };
        assert_eq!((events(None, Some(&poison)), poison.state()), ("rejected".to_owned(), None));
    }

    #[test]
    fn the_filter_drops_drafts() {
        let account = item(Table::Accounts, 1);
        assert_eq!(events(None, Some(&account)), "account.created.v1 1");
        let draft = Key { id: "d-1".to_owned(), ..account.key.clone() };
        assert_eq!(events(None, Some(&Item { key: draft, ..account })), "");
    }

    #[test]
    fn an_account_that_expires_has_that_reason() {
        let account = item(Table::Accounts, 1);
        let Outcome::Events(events) = outcome(Some(&account), None, true) else { panic!("rejected") };
        assert_eq!(events[0].data["reason"], "expired");
    }

    #[test]
    fn documents_and_notes_are_written_and_deleted() {
        let (document, note) = (item(Table::Documents, 1), item(Table::Restored, 3));
        assert_eq!(events(None, Some(&document)), "document.written.v1 1");
        assert_eq!(events(Some(&note), None), "note.deleted.v1 3");
    }
}
