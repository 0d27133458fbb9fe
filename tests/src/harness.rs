//! Tests of the test tools.

use std::sync::mpsc;
use std::thread;

use crate::barrier::wait_until_dispatched;
use crate::local_mode::LocalMode;
use crate::node::cloudevents_verdicts;
use crate::processes;

#[test]
fn a_test_that_panics_leaves_no_process_behind() {
    let (sender, receiver) = mpsc::channel();
    let test = thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let local = LocalMode::start().await;
            wait_until_dispatched(&local).await;
            let functions = local.processes().iter().map(|process| process.id).collect::<Vec<_>>();
            sender.send((local.id(), functions)).unwrap();
            panic!("on purpose");
        })
    });
    assert!(test.join().is_err());
    let (local, functions) = receiver.recv().unwrap();
    assert!(functions.len() >= 3, "{functions:?}");
    let alive = functions.into_iter().chain([local]).filter(|id| processes::is_alive(*id));
    assert_eq!(alive.collect::<Vec<_>>(), [] as [u32; 0]);
}

#[tokio::test]
async fn the_cloudevents_sdk_refuses_invalid_events() {
    let invalid = [
        r#"{"specversion":"1.0","source":"a","type":"b"}"#,
        r#"{"specversion":"1.0","id":"1","source":"a","type":"b","time":"yesterday"}"#,
        r#"{"specversion":"1.0","id":"1","source":"a","type":"b"}"#,
    ];
    let verdicts = cloudevents_verdicts(&invalid).await;
    assert!(verdicts[0].contains("schema") && verdicts[1].contains("schema"), "{verdicts:?}");
    assert_eq!(verdicts[2], "ok");
}
