use serde_json::Value;
use tablecast_protocol::Protocol;

use super::shop::{Shop, events, result, state, subjects, subscribe_with_state};
use crate::stand_in::{deadline, event};

fn requests(shop: &Shop) -> usize {
    let seen = shop.seen();
    seen.calls.len() + seen.posts.len()
}

/// Handles a message by a process of its own, until AWS has received so many more requests. Returns whether it ended
/// before it was done.
async fn crash_after(shop: &Shop, message: &Value, more: usize) -> bool {
    let most = requests(shop) + more;
    let reached = async {
        while requests(shop) < most {
            tokio::task::yield_now().await;
        }
    };
    let function = shop.subscribe();
    tokio::select! {
        () = reached => true,
        _ = function.handle(event("r1", &message.to_string()), deadline()) => false,
    }
}

/// A client that gets no reply closes the connection and begins again. The items that were sent before are never called
/// complete.
#[tokio::test]
async fn a_function_that_ends_at_any_request_leaves_no_state_that_seems_complete() {
    let mut crashes = 0;
    loop {
        let shop = Shop::open(Protocol::Single).await;
        shop.orders(25);
        let has_crashed = crash_after(&shop, &subscribe_with_state(&["orders/acme/*"]), crashes + 1).await;
        let frames = shop.replies();
        let replies = events(&frames).into_iter().filter(|event| event["type"] == "tablecast.state.v1");
        for reply in replies {
            assert_eq!((&reply["data"]["subjects"][0]["items"], subjects(&frames).len()), (&25.into(), 25));
        }
        if !has_crashed {
            break;
        }
        crashes += 1;
        let again = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
        assert_eq!(
            (result(&again)["complete"].clone(), subjects(&again).len()),
            (true.into(), 25),
            "{crashes}"
        );
        let again = shop.send(state(&["orders/acme/*"])).await;
        assert_eq!(subjects(&again).len(), 25, "{crashes}");
    }
    // 25 items, two replies, and the reads and writes.
    assert!(crashes > 30, "{crashes}");
}
