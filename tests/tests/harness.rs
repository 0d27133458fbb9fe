//! What the other suites rely on.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::mpsc;
use std::thread;

use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::machine::Machine;
use tablecast_tests::node::cloudevents_verdicts;
use tablecast_tests::processes;

#[test]
fn a_test_that_panics_leaves_no_process_behind() {
    let (tell, told) = mpsc::channel();
    let test = thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let machine = Machine::start().await;
            everything_is_dispatched(&machine).await;
            let functions = machine.processes().iter().map(|process| process.id).collect::<Vec<_>>();
            tell.send((machine.id(), functions)).unwrap();
            panic!("on purpose");
        })
    });
    assert!(test.join().is_err());
    let (machine, functions) = told.recv().unwrap();
    assert!(functions.len() >= 3 && !processes::is_alive(machine));
    assert!(functions.into_iter().all(|function| !processes::is_alive(function)));
}

#[tokio::test]
async fn the_sdk_that_judges_events_refuses_bad_ones() {
    let bad = [
        r#"{"specversion":"1.0","source":"a","type":"b"}"#,
        r#"{"specversion":"1.0","id":"1","source":"a","type":"b","time":"yesterday"}"#,
        r#"{"specversion":"1.0","id":"1","source":"a","type":"b"}"#,
    ];
    let verdicts = cloudevents_verdicts(&bad).await;
    assert!(verdicts[0].contains("schema") && verdicts[1].contains("schema"), "{verdicts:?}");
    assert_eq!(verdicts[2], "ok");
}
