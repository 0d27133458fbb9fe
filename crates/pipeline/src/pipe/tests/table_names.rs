use std::collections::BTreeMap;

use super::*;

const FIXTURE: &str = "fixtures/orders-insert.json";

fn names(names: &[(&str, &str)]) -> BTreeMap<String, String> {
    names.iter().map(|(own, deployed)| ((*own).to_owned(), (*deployed).to_owned())).collect()
}

fn record_of(table: &str) -> String {
    let record = fixture(FIXTURE);
    let renamed = record.replace(":table/orders/", &format!(":table/{table}/"));
    assert_eq!(record == renamed, table == "orders");
    renamed
}

#[test]
fn a_deployed_table_with_another_name_gives_the_same_events() {
    let expected = events(&pipes(), &record_of("orders"));
    let pipes = pipes().with_table_names(&names(&[("orders", "prod-orders")])).unwrap();
    assert_eq!(events(&pipes, &record_of("prod-orders")), expected);
    let elements = enrich(&pipes, &format!("[{}]", record_of("orders"))).unwrap();
    let reason = elements[0].rejected.as_ref().unwrap().reason.clone();
    assert!(reason.contains("belongs to the table orders, which has no pipe file"), "{reason}");
}

#[test]
fn two_tables_can_exchange_their_names() {
    let exchanged = names(&[("orders", "profiles"), ("profiles", "orders")]);
    let pipes = pipes().with_table_names(&exchanged).unwrap();
    assert_eq!(pipes.of_table("profiles").unwrap().name, "orders");
    assert_eq!(pipes.of_table("orders").unwrap().name, "profiles");
}

#[test]
fn two_pipes_never_read_one_table() {
    for shared in [&[("orders", "profiles")][..], &[("orders", "all"), ("profiles", "all")]] {
        let error = pipes().with_table_names(&names(shared)).unwrap_err();
        assert!(
            error.starts_with("TABLE_NAMES: the pipes orders and profiles would both read the table "),
            "{error}"
        );
    }
}
