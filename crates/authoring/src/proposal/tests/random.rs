//! Random tables: whatever items contain, the proposal passes the check and the items cause events.

use proptest::prelude::*;

use super::*;

const NAMES: &str =
    "[a-zA-Z_][a-zA-Z0-9_]{0,6}|in|true|no|N|password|email|type|price|changed|reason|[ -~é]{1,8}|\\PC{1,4}";

fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,3})|-?[1-9][0-9]{15,37}|-?(0|[1-9][0-9]{0,9})\\.[0-9]{1,20}|[1-9](\\.[0-9])?[eE][-+]?[0-9]{1,2}"
}

fn text() -> impl Strategy<Value = String> {
    "[a-z]{0,8}|\\PC{0,6}|[A-Z]{2,5}#[0-9]{1,3}|ada@example\\.com|\\$2b\\$12\\$x"
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let leaf = prop_oneof![
        4 => text().prop_map(Attribute::S),
        3 => number().prop_map(Attribute::N),
        1 => Just(Attribute::B("AAE/".to_owned())),
        2 => any::<bool>().prop_map(Attribute::Bool),
        1 => Just(Attribute::Null(true)),
        1 => prop::collection::vec(text(), 1..3).prop_map(Attribute::SS),
        1 => prop::collection::vec(number(), 1..3).prop_map(Attribute::NS),
        1 => Just(Attribute::BS(vec!["AAE=".to_owned()])),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Attribute::L),
            prop::collection::btree_map(NAMES, inner, 0..5).prop_map(Attribute::M),
        ]
    })
}

/// Generates a key value that a subject can contain.
fn key(kind: KeyType) -> BoxedStrategy<Attribute> {
    match kind {
        KeyType::S => "[a-zA-Z]{1,5}#[0-9]|[a-z/*%]{1,9}|[ -~é]{1,9}".prop_map(Attribute::S).boxed(),
        KeyType::N => number().prop_map(Attribute::N).boxed(),
        KeyType::B => Just(Attribute::B("A/E=".to_owned())).boxed(),
    }
}

prop_compose! {
    /// Generates items that share attributes, so that some attributes are in all items with one type.
    fn items(names: Vec<String>, kinds: Vec<KeyType>)(
        shared in prop::collection::btree_map(NAMES, attribute(), 0..6),
    )(
        own in prop::collection::vec(prop::collection::btree_map(NAMES, attribute(), 0..3), 1..5),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 5),
        keys in prop::collection::vec(kinds.iter().map(|kind| key(*kind)).collect::<Vec<_>>(), 5),
        shared in Just(shared),
        names in Just(names.clone()),
    ) -> Vec<Item> {
        own.into_iter().zip(gone).zip(keys).map(|((own, gone), keys)| {
            let mut item: Item = shared.clone().into_iter().chain(own).collect();
            if item.len() > 2 {
                item.remove(&gone.get(&item.keys().cloned().collect::<Vec<_>>()).clone());
            }
            item.extend(names.iter().cloned().zip(keys));
            item
        }).collect()
    }
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let kind = || prop_oneof![4 => Just(KeyType::S), 1 => Just(KeyType::N), 1 => Just(KeyType::B)];
    let names = prop_oneof![
        Just(vec!["pk".to_owned(), "sk".to_owned()]),
        prop::collection::btree_set("[a-zA-Z]{1,6}|[ -~]{1,5}|no|in|email", 1..3)
            .prop_map(|names| names.into_iter().collect()),
    ];
    let table = "[a-zA-Z0-9_.-]{3,12}|orders|changed|tablecast|null|prod-Users|123";
    (table, names, kind(), kind()).prop_flat_map(|(table, names, first, second)| {
        let kinds = [first, second][..names.len()].to_vec();
        let attributes =
            names.iter().zip(&kinds).map(|(name, kind)| KeyAttribute { name: name.clone(), kind: *kind });
        let mut attributes = attributes.collect::<Vec<_>>().into_iter();
        let key = Key { partition: attributes.next().unwrap(), sort: attributes.next() };
        items(names, kinds).prop_map(move |items| Sample { table: table.clone(), key: key.clone(), items })
    })
}

proptest! {
    #[test]
    fn a_proposal_passes_the_check_and_the_sampled_items_cause_valid_events(sample in any_sample()) {
        let proposal = proposed(&sample);
        let report = checked(&proposal);
        prop_assert!(report.problems.is_empty(), "{:#?}\n{}", report.problems, proposal.pipe.text);
        prop_assert_eq!(report.checked.tests, proposal.fixtures.len());
        prop_assert_eq!(report.checked.examples, proposal.schemas.len());
        let pipes = pipes(&proposal);
        prop_assert_eq!(&proposal.dry_run.rejected, &BTreeMap::new(), "{}", proposal.pipe.text);
        prop_assert_eq!(proposal.dry_run.events + proposal.dry_run.unmatched, sample.items.len());
        let is_plain = proposal.notes.iter().all(|note| !note.contains("single-table"));
        prop_assert!(!is_plain || proposal.dry_run.unmatched == 0);
        for item in &sample.items {
            let removed = events_of(&pipes, &sample, Some(item), None);
            prop_assert!(removed.is_ok(), "{:?}\n{}", removed, proposal.pipe.text);
        }
    }

    #[test]
    fn a_change_of_a_proposed_property_is_a_valid_event(sample in any_sample()) {
        // With one kind for all items, because an item does not become another kind of item.
        let options = ProposalOptions {
            entity: Some("thing".to_owned()), id_prefix: ID_PREFIX.to_owned(), ..ProposalOptions::default()
        };
        let pipes = pipes(&propose(&sample, &options).unwrap());
        for pair in sample.items.windows(2) {
            // The same item, with the attributes of another one.
            let keys = sample.key.names().map(|name| (name.to_owned(), pair[0][name].clone()));
            let new: Item = pair[1].clone().into_iter().chain(keys).collect();
            let changed = events_of(&pipes, &sample, Some(&pair[0]), Some(&new));
            prop_assert!(changed.is_ok(), "{changed:?}");
        }
    }

    #[test]
    fn the_proposed_files_contain_no_value_of_the_table(
        mut sample in any_sample(), secrets in prop::collection::vec("zq[a-z]{10}", 1..4),
    ) {
        for (item, secret) in sample.items.iter_mut().zip(&secrets) {
            item.insert("note".to_owned(), Attribute::S(secret.clone()));
            item.insert("notes".to_owned(), Attribute::L(vec![Attribute::S(secret.clone())]));
        }
        let proposal = proposed(&sample);
        let files = [&proposal.fixtures[..], &proposal.schemas, &[proposal.pipe]].concat();
        for file in files {
            prop_assert!(secrets.iter().all(|secret| !file.text.contains(secret)), "{}", file.text);
        }
    }
}
