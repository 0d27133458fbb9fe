use bytes::Bytes;
use tokio::sync::Notify;

use super::script::Script;
use super::*;
use crate::invoke::InvokeError;

/// A function that never responds.
#[derive(Clone, Default)]
struct Hangs(Arc<Notify>);

impl Invoke for Hangs {
    async fn invoke(&self, _: &str, _: Bytes) -> Result<Bytes, InvokeError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn unfinished_records_are_delivered_after_a_restart() {
    let setup = Setup::new();
    setup.put(&["1", "2"]);
    setup.run(&Script::new(), delivered(2)).await;
    setup.put(&["3", "4"]);
    let hangs = Hangs::default();
    let pipe = setup.start(&hangs).await;
    hangs.0.notified().await;
    drop(pipe);

    setup.put(&["5"]);
    let script = Script::new();
    setup.run(&script, delivered(3)).await;
    assert_eq!(script.enriched().concat(), ["3", "4", "5"]);
}

#[tokio::test]
async fn a_pipe_stops_soon_although_a_function_hangs() {
    let setup = Setup::new();
    setup.put(&["1"]);
    let hangs = Hangs::default();
    let pipe = setup.start(&hangs).await;
    hangs.0.notified().await;
    timeout(STOP_TIMEOUT * 5, pipe.stop()).await.unwrap();
    let script = Script::new();
    setup.run(&script, delivered(1)).await;
    assert_eq!(script.enriched(), [["1"]]);
}
