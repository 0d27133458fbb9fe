use super::*;

#[test]
fn a_noun_comes_from_its_table() {
    for (table, expected) in [
        ("orders", "order"),
        ("ProductCatalog", "product-catalog"),
        ("prod-OrdersTable", "order"),
        ("order_items.staging", "order-item"),
        ("Categories", "category"),
        ("addresses", "address"),
        ("batches", "batch"),
        ("order-statuses", "order-status"),
        ("news", "news"),
        ("Music", "music"),
        ("HTTPLogs", "http-log"),
        ("2024-orders", "order"),
        ("tablecast", "item"),
        ("...", "item"),
        ("123", "item"),
    ] {
        assert_eq!(noun(table), expected, "{table}");
    }
}

#[test]
fn a_noun_has_lowercase_letters_and_no_version() {
    assert!(is_noun("order-item2"));
    for wrong in
        ["", "Order", "2nd", "order.item", "order item", "tablecast", "aa-", "a--b", "-a", &"x".repeat(51)]
    {
        assert!(!is_noun(wrong), "{wrong}");
    }
}

#[test]
fn a_pipe_name_comes_from_its_table() {
    assert_eq!((pipe_name("ProductCatalog"), pipe_name("a.b_c")), ("product-catalog".into(), "a-b-c".into()));
    assert_eq!(pipe_name(&"long-".repeat(30)).len(), 49);
    assert_eq!(pipe_name("___"), "table");
    assert_eq!(camel_case("product-catalog"), "productCatalog");
}
