//! Prints the lines of one collection.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_client::{
    Client, Collection, CollectionChange, CollectionError, CollectionStatus, CollectionView, ItemData,
};

use crate::configuration::Collect;
use crate::lines::print;

pub async fn follow(name: String, mut collection: Collection) {
    let mut was_stale = false;
    while let Some(change) = collection.changed().await {
        let view = collection.view();
        print_change(&name, &change, &view);
        let is_stale = view.status == CollectionStatus::Stale;
        if is_stale && !was_stale {
            print(&json!({"collection": name, "stale": true}));
        }
        was_stale = is_stale;
    }
}

pub fn open(client: &Client, Collect { name, subjects, event_type }: Collect) -> Collection {
    let report = move |error| match error {
        CollectionError::Refused(refused) => {
            print(
                &json!({"collection": name, "refused": {"subject": refused.subject, "reason": refused.reason}}),
            );
        }
        CollectionError::Invalid(invalid) => {
            print(
                &json!({"collection": name, "invalid": {"id": invalid.event.id(), "detail": invalid.detail}}),
            );
        }
    };
    client.collection(subjects, event_type).on_error(report).open()
}

fn print_change(name: &str, change: &CollectionChange, view: &CollectionView) {
    let CollectionView { items, missing, unnamed, .. } = view;
    if change.replaced {
        let items: BTreeMap<_, _> = items.iter().map(|(subject, data)| (subject, json_of(data))).collect();
        print(&json!({"collection": name, "items": items, "missing": missing, "unnamed": unnamed}));
        return;
    }
    for subject in &change.subjects {
        print(&match (items.get(subject), missing.get(subject)) {
            (Some(data), _) => json!({"collection": name, "set": subject, "data": json_of(data)}),
            (None, Some(reason)) => json!({"collection": name, "missing": subject, "reason": reason}),
            (None, None) => json!({"collection": name, "removed": subject}),
        });
    }
}

fn json_of(data: &ItemData) -> Value {
    data.read().unwrap_or_default()
}
