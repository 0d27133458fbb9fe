use super::*;

#[test]
fn invalid_names_keys_and_empty_samples_are_refused() {
    let item = items::read(r#"{"id":{"S":"a"},"n":{"N":"1"}}"#).unwrap();
    let key = |names: &[&str], items: &[Item]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Key::of(&names, items).unwrap_err()
    };
    assert_eq!(key(&["id"], &[]), ProposalError::NoItems);
    assert_eq!(key(&[], &item), ProposalError::KeyLength);
    assert_eq!(key(&["id", "n", "id"], &item), ProposalError::KeyLength);
    assert_eq!(key(&["x"], &item), ProposalError::NoKey("x".into()));
    let good = sample("things", "id", r#"{"id":{"S":"a"}}"#);
    let refused = |sample: &Sample, pipe: Option<&str>, entity: Option<&str>| {
        let options = ProposalOptions {
            pipe: pipe.map(str::to_owned),
            entity: entity.map(str::to_owned),
            id_prefix: ID_PREFIX.into(),
        };
        propose(sample, &options).unwrap_err()
    };
    assert_eq!(refused(&good, Some("a/b"), None), ProposalError::Name("a/b".into()));
    assert_eq!(refused(&good, None, Some("Order")), ProposalError::Entity("Order".into()));
    assert_eq!(
        refused(&Sample { table: "a b".into(), ..good.clone() }, None, None),
        ProposalError::Table("a b".into())
    );
    assert_eq!(refused(&Sample { items: vec![], ..good }, None, None), ProposalError::NoItems);
    let odd = sample("things", "\u{7}", r#"{"\u0007":{"S":"a"}}"#);
    assert_eq!(refused(&odd, None, None), ProposalError::KeyName("\u{7}".into()));
}
