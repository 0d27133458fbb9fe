use super::*;

#[test]
fn the_checkpoint_stays_before_the_lowest_unfinished_record() {
    let mut progress = Progress::new(10);
    let first = progress.advance(20, [11, 14, 17]);
    assert_eq!(progress.checkpoint(), 11);
    progress.finish([first + 1]);
    assert_eq!(progress.checkpoint(), 11);
    progress.finish([first]);
    assert_eq!(progress.checkpoint(), 17);
    progress.finish([first + 2]);
    assert_eq!(progress.checkpoint(), 20);
}

#[test]
fn each_record_has_its_own_number() {
    let mut progress = Progress::new(0);
    let first = progress.advance(2, [0, 1]);
    progress.finish([first, first + 1]);
    assert_eq!(progress.advance(4, [2, 3]), first + 2);
    assert_eq!(progress.advance(5, []), first + 4);
}

#[test]
fn filtered_records_advance_the_checkpoint() {
    let mut progress = Progress::new(10);
    progress.advance(30, []);
    assert_eq!(progress.checkpoint(), 30);
}
