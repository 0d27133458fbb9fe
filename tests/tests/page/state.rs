//! The state of items, on the page.

use serde_json::{Value, json};
use tablecast_tests::browser::Screen;
use tablecast_tests::project;

use crate::view::View;

/// The page of the example with a state.
async fn open_example() -> View {
    let example = project().join("examples/order-board");
    let folder = |name: &str| example.join(name).display().to_string();
    let [pipes, schemas] = ["pipes", "schemas"].map(folder);
    View::open(&["--pipes", &pipes, "--schemas", &schemas], Screen::DESKTOP).await
}

async fn put(view: &View, id: &str, status: &str) {
    let item = json!({
        "tenant": { "S": "acme" }, "orderId": { "S": id }, "status": { "S": status },
        "total": { "N": "1.5" }, "currency": { "S": "EUR" },
    });
    view.local.dynamodb().put("orders", item).await;
}

/// Waits until the page shows exactly these subjects and statuses.
async fn wait_for_items(view: &mut View, items: &[[&str; 2]]) {
    let wanted = Value::from(items.iter().map(|item| json!(item)).collect::<Vec<_>>()).to_string();
    let seen = "JSON.stringify([...document.querySelectorAll('#items > li')].map((item) => \
        [item.querySelector('.path').textContent, JSON.parse(item.querySelector('code').textContent).status]))";
    view.wait_for(&format!("{seen} === {}", Value::from(wanted))).await;
}

#[tokio::test]
async fn the_page_shows_what_items_are_now_and_follows_their_changes() {
    let mut view = open_example().await;
    put(&view, "1001", "PLACED").await;
    wait_for_items(&mut view, &[["orders/acme/1001", "PLACED"]]).await;
    put(&view, "1002", "PLACED").await;
    put(&view, "1001", "PAID").await;
    let items = [["orders/acme/1001", "PAID"], ["orders/acme/1002", "PLACED"]];
    wait_for_items(&mut view, &items).await;
    view.browser.evaluate("window.isOld = true; setTimeout(() => location.reload())").await;
    view.wait_for("window.isOld === undefined && document.readyState === 'complete'").await;
    wait_for_items(&mut view, &items).await;
    let key = json!({ "tenant": { "S": "acme" }, "orderId": { "S": "1002" } });
    view.local.dynamodb().call("DeleteItem", json!({ "TableName": "orders", "Key": key })).await;
    wait_for_items(&mut view, &items[..1]).await;
    view.wait_for("document.getElementById('item-count').textContent === '1'").await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn without_a_state_the_page_has_no_view_of_it() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.wait_for("document.getElementById('state-items').hidden").await;
}
