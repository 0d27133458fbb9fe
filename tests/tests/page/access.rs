//! As whom the page listens, and who else does not.

use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::http::Http;
use tablecast_tests::items::{order_of, profile};
use tablecast_tests::machine::Machine;

use crate::view::View;

#[tokio::test]
async fn it_listens_to_what_the_chosen_claims_grant_and_tells_what_is_refused() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    assert_eq!(view.text("#subjects").await, "orders/acme/*grantedprofiles/adagranted");
    view.fill("#claims", "tenant=globex").await;
    view.fill("#wanted", "orders/globex/*\norders/acme/*").await;
    view.click("#listening form button").await;
    view.until("document.querySelectorAll('#subjects .refused').length === 1").await;
    assert_eq!(view.text("#subjects .refused").await, "orders/acme/*not granted to these claims");
    for tenant in ["acme", "globex"] {
        view.machine.dynamodb().put("orders", order_of(tenant, "1", "PLACED")).await;
    }
    view.shows(&["order.placed.v1 orders/globex/1"]).await;
    view.fill("#claims", "tenant=*").await;
    view.fill("#wanted", "").await;
    view.click("#listening form button").await;
    view.until("document.getElementById('grants').textContent.includes('nothing to these claims')").await;
    view.until("document.getElementById('subjects').textContent === 'profiles/adagranted'").await;
    view.fill("#claims", "exp=1").await;
    view.click("#listening form button").await;
    view.until("document.getElementById('listening-told').textContent.startsWith('exp is no claim')").await;
    view.is_without_complaints_but("400").await;
}

#[tokio::test]
async fn without_tokens_it_asks_for_none_and_listens_to_everything() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    assert_eq!(view.text("#subjects").await, "*granted");
    assert_eq!(view.browser.evaluate("document.getElementById('identity').hidden").await, true);
    view.machine.dynamodb().put("profiles", profile("eve", "Eve")).await;
    view.shows(&["profile.created.v1 profiles/eve"]).await;
    view.is_without_complaints().await;
}

#[tokio::test]
async fn no_other_page_gets_a_token() {
    let machine = Machine::start_authorized(&[]).await;
    let own = machine.addresses().http.clone();
    let other = own.replace("127.0.0.1", "localhost");
    // A page without a policy of its own, and by another name of this machine.
    let mut browser = Browser::open(&machine.addresses().bus, Screen::DESKTOP).await;
    browser.until(&format!("location.origin === '{own}' && document.readyState === 'complete'")).await;
    let ask = |base: &str| {
        format!(
            "fetch('{base}/@issuer/token', {{method: 'POST', headers: {{'content-type': 'application/json'}},
                body: '{{\"subject\": \"eve\"}}'}}).then(async (answer) => (await answer.json()).token.length > 99)"
        )
    };
    assert_eq!(browser.evaluate(&ask(&own)).await, true);
    let refused = browser.evaluate(&format!("{}.catch((error) => error.name)", ask(&other))).await;
    assert_eq!(refused, "TypeError");
    for (origin, status) in [(own.as_str(), 200), (&other, 403), ("null", 403)] {
        let headers = [("origin", origin), ("content-type", "application/json")];
        let answer = Http::default()
            .post(&format!("{own}/@issuer/token"), &headers, r#"{"subject":"eve"}"#.into())
            .await;
        assert_eq!(answer.unwrap().0, status, "{origin}");
    }
}
