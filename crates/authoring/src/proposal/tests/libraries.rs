//! Tables of libraries: their bookkeeping stays out of events, and their markers name the kinds.

use super::*;

fn created(proposal: &Proposal) -> Vec<&str> {
    let types = proposal.event_types.iter().filter_map(|name| name.strip_suffix(".created.v1"));
    types.collect()
}

#[test]
fn replication_attributes_are_never_proposed() {
    let users = sample(
        "users",
        "username",
        r#"{"username":{"S":"u0"},"status":{"S":"x"},"aws:rep:deleting":{"BOOL":false},
            "aws:rep:updateregion":{"S":"us-west-2"},"aws:rep:updatetime":{"N":"1565723640.315000"}}"#,
    );
    let proposal = proposed(&users);
    assert_eq!(checked(&proposal).problems, []);
    assert!(!proposal.schemas.iter().any(|schema| schema.text.contains("aws:rep")));
    assert!(!proposal.pipe.text.contains("item[\"aws:rep"), "{}", proposal.pipe.text);
    let mut new = users.items[0].clone();
    new.retain(|name, _| !name.starts_with("aws:"));
    assert_eq!(events_of(&pipes(&proposal), &users, None, Some(&new)).unwrap()[0].0, "user.created.v1");
    assert_eq!(events_of(&pipes(&proposal), &users, Some(&users.items[0]), Some(&new)), Ok(Vec::new()));
}

#[test]
fn entities_of_electrodb_have_events_of_their_own() {
    let table = sample(
        "app",
        "pk,sk",
        r##"{"pk":{"S":"$app#country_us"},"sk":{"S":"$offices_1#city_x"},"gsi1pk":{"S":"$w#x"},"gsi1sk":{"S":"$o"},
             "city":{"S":"x"},"__edb_e__":{"S":"office"},"__edb_v__":{"S":"1"}}
            {"pk":{"S":"$app#employeeid_1"},"sk":{"S":"$employee_1"},"title":{"S":"eng"},"__edb_e__":{"S":"employee"},
             "__edb_v__":{"S":"1"}}"##,
    );
    let proposal = proposed(&table);
    assert_eq!(created(&proposal), ["employee", "office"]);
    assert_eq!((checked(&proposal).problems, proposal.dry_run.events), (vec![], 2));
    let office = events_of(&pipes(&proposal), &table, None, Some(&table.items[0])).unwrap();
    let keys: Vec<_> = office[0].1.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["city", "pk", "sk"]);
    has_lines(&proposal.pipe.text, &["# gsi1pk: item.gsi1pk  # key of an index"]);
}

const POSTS: &str = r#"
    {"id":{"S":"a0"},"name":{"S":"n"},"_version":{"N":"1"},"_lastChangedAt":{"N":"1767225600000"},"__typename":{"S":"Post"}}
    {"id":{"S":"a1"},"name":{"S":"n"},"_version":{"N":"2"},"_lastChangedAt":{"N":"1767225600000"},"__typename":{"S":"Post"},
     "_deleted":{"BOOL":true},"_ttl":{"N":"1769817600"}}"#;

#[test]
fn a_table_of_amplify_has_the_noun_of_its_type() {
    let proposal = proposed(&sample("Post-x7k-dev", "id", POSTS));
    assert_eq!((created(&proposal), checked(&proposal).problems), (vec!["post"], vec![]));
    let paths: Vec<_> = proposal.omissions.iter().map(|omission| omission.path.as_str()).collect();
    assert_eq!(paths, ["__typename", "_deleted", "_lastChangedAt", "_ttl", "_version"]);
}

#[test]
fn a_soft_delete_is_a_removed_event_and_its_end_a_created_one() {
    let table = sample("posts", "id", POSTS);
    let pipes = pipes(&proposed(&table));
    let live = Some(&table.items[0]);
    let mut item = table.items[0].clone();
    item.insert("_deleted".to_owned(), Attribute::Bool(true));
    item.insert("name".to_owned(), Attribute::S("other".to_owned()));
    let deleted = Some(&item);
    let types = |old, new| -> Vec<String> {
        events_of(&pipes, &table, old, new).unwrap().into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(types(live, deleted), ["post.removed.v1"]);
    assert_eq!(types(deleted, live), ["post.created.v1", "post.v1"]);
    assert_eq!(types(None, live), ["post.created.v1", "post.v1"]);
    assert_eq!(types(live, None), ["post.removed.v1"]);
    for (old, new) in [(deleted, None), (deleted, deleted), (None, deleted)] {
        assert!(types(old, new).is_empty());
    }
}

#[test]
fn common_names_of_kinds_are_recognized() {
    for name in ["kind", "type", "docType", "recordType", "model", "entityType", "_et", "_type", "__typename"]
    {
        let item =
            |kind: &str| format!(r#"{{"pk":{{"S":"1"}},"sk":{{"S":"{kind}"}},"{name}":{{"S":"{kind}"}}}}"#);
        let proposal = proposed(&sample("shop", "pk,sk", &(item("Order") + &item("Invoice"))));
        assert_eq!(created(&proposal), ["invoice", "order"], "{name}");
        assert_eq!((checked(&proposal).problems, proposal.dry_run.events), (vec![], 2), "{name}");
    }
}

#[test]
fn a_model_of_items_with_an_own_key_is_data() {
    let item = |kind: &str| format!(r#"{{"carId":{{"S":"{kind}"}},"model":{{"S":"{kind}"}}}}"#);
    let proposal = proposed(&sample("cars", "carId", &(item("Polo") + &item("Golf"))));
    assert_eq!(created(&proposal), ["car"]);
    has_lines(&proposal.pipe.text, &["model: item.model"]);
}
