use super::*;

fn sync(checkpoints: &Checkpoints, shards: &[&str], start: StartingPosition) -> Vec<String> {
    checkpoints.sync(&shards.iter().copied().collect(), start)
}

#[test]
fn latest_applies_to_the_shards_of_the_first_list() {
    let checkpoints = Checkpoints::default();
    sync(&checkpoints, &["a"], StartingPosition::Latest);
    sync(&checkpoints, &["a", "b"], StartingPosition::Latest);
    assert_eq!(
        (checkpoints.position("a"), checkpoints.position("b")),
        (Position::Latest, Position::TrimHorizon)
    );
}

#[test]
fn an_empty_list_counts_as_the_first_list() {
    let checkpoints = Checkpoints::default();
    sync(&checkpoints, &[], StartingPosition::Latest);
    sync(&checkpoints, &["a"], StartingPosition::Latest);
    assert_eq!(checkpoints.position("a"), Position::TrimHorizon);
}

#[test]
fn a_position_survives_a_restart_of_the_pipe() {
    let checkpoints = Checkpoints::default();
    sync(&checkpoints, &["a"], StartingPosition::TrimHorizon);
    checkpoints.set("a", &Position::After("1".into()));
    sync(&checkpoints, &["a"], StartingPosition::TrimHorizon);
    assert_eq!(checkpoints.position("a"), Position::After("1".into()));
}

#[test]
fn a_removed_shard_is_reported_unless_it_was_finished() {
    let checkpoints = Checkpoints::default();
    sync(&checkpoints, &["finished", "unread"], StartingPosition::TrimHorizon);
    checkpoints.set("finished", &Position::End);
    assert_eq!(sync(&checkpoints, &["child"], StartingPosition::TrimHorizon), ["unread"]);
    assert_eq!(sync(&checkpoints, &["child"], StartingPosition::TrimHorizon), [""; 0]);
    assert!(!checkpoints.is_known("unread") && checkpoints.is_known("child"));
}

#[test]
fn an_iterator_belongs_to_its_position_until_it_is_dropped() {
    let checkpoints = Checkpoints::default();
    sync(&checkpoints, &["a"], StartingPosition::Latest);
    checkpoints.keep_iterator("a", &Position::Latest, "i".into());
    assert_eq!(checkpoints.iterator("a", &Position::Latest).as_deref(), Some("i"));
    assert_eq!(checkpoints.iterator("a", &Position::At("1".into())), None);
    checkpoints.drop_iterator("a");
    assert_eq!(checkpoints.iterator("a", &Position::Latest), None);
}
