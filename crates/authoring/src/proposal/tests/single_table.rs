use super::*;

#[test]
fn kinds_of_items_are_distinguished_by_the_prefixes_of_their_keys() {
    let shop = sample(
        "shop",
        "PK,SK",
        r#"
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"PROFILE"},"name":{"S":"Ada"}}
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#7"},"total":{"N":"12.5"}}
        {"PK":{"S":"CUSTOMER#2"},"SK":{"S":"ORDER#8"},"total":{"N":"9"}}
        {"PK":{"S":"settings"},"SK":{"S":"settings"}}"#,
    );
    let proposal = proposed(&shop);
    assert_eq!(
        proposal.event_types,
        [
            "order.created.v1",
            "order.changed.v1",
            "order.removed.v1",
            "customer.created.v1",
            "customer.changed.v1",
            "customer.removed.v1",
        ]
    );
    assert_eq!(checked(&proposal).problems, []);
    assert_eq!((proposal.dry_run.events, proposal.dry_run.unmatched), (3, 1));
    assert!(
        proposal.notes[0].contains("the text before # in the key distinguishes order, customer"),
        "{:?}",
        proposal.notes
    );
    assert_eq!(proposal.notes[1], "1 of 4 items are of none of these kinds. They cause no events.");
    let types = |item| events_of(&pipes(&proposal), &shop, None, Some(item)).unwrap();
    assert_eq!(types(&shop.items[0])[0].0, "customer.created.v1");
    assert_eq!(
        types(&shop.items[2]),
        [(
            "order.created.v1".to_owned(),
            serde_json::json!({"PK": "CUSTOMER#2", "SK": "ORDER#8", "total": "9"})
        )]
    );
}

#[test]
fn kinds_are_distinguished_by_a_type_attribute_unless_the_user_names_one_noun() {
    let mixed = sample(
        "shop",
        "pk,sk",
        r#"
        {"pk":{"S":"1"},"sk":{"S":"1"},"entityType":{"S":"Customer"},"name":{"S":"Ada"}}
        {"pk":{"S":"1"},"sk":{"S":"2"},"entityType":{"S":"OrderItem"},"total":{"N":"12.5"}}"#,
    );
    let proposal = proposed(&mixed);
    assert_eq!(proposal.event_types[3], "order-item.created.v1");
    assert_eq!((checked(&proposal).problems, proposal.dry_run.events), (vec![], 2));
    let options = ProposalOptions {
        entity: Some("thing".into()),
        pipe: Some("things".into()),
        id_prefix: ID_PREFIX.into(),
    };
    let proposal = propose(&mixed, &options).unwrap();
    assert_eq!(proposal.event_types, ["thing.created.v1", "thing.changed.v1"]);
    assert_eq!((proposal.pipe.name.as_str(), proposal.subject.as_str()), ("things.yaml", "things/<pk>/<sk>"));
}

#[test]
fn items_of_a_collection_are_kinds_of_their_own() {
    let shop = sample(
        "shop",
        "PK,SK",
        r#"
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#7"},"total":{"N":"12.5"}}
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#7#ITEM#1"},"sku":{"S":"a"}}
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#8#ITEM#1"},"sku":{"S":"b"}}"#,
    );
    let proposal = proposed(&shop);
    assert_eq!((checked(&proposal).problems, proposal.dry_run.events), (vec![], 3));
    let pipes = pipes(&proposal);
    let types: Vec<_> =
        shop.items.iter().map(|item| events_of(&pipes, &shop, None, Some(item)).unwrap()).collect();
    let names: Vec<Vec<&str>> =
        types.iter().map(|events| events.iter().map(|(name, _)| name.as_str()).collect()).collect();
    assert_eq!(names, [["order.created.v1"], ["order-item.created.v1"], ["order-item.created.v1"]]);
    has_lines(&proposal.pipe.text, &[r##"# grant: '"shop/CUSTOMER#" + claims.customer + "/*"'"##]);
}
