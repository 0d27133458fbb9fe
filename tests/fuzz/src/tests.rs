use std::collections::BTreeSet;
use std::fs;

use super::*;

/// The seed of the short run in CI.
const SEED: u64 = 1;

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

macro_rules! short_runs {
    ($($name:ident)*) => {
        $(#[test] fn $name() { run(target(stringify!($name)), SEED, target(stringify!($name)).inputs) })*

        #[test]
        fn every_target_has_a_short_run() {
            let names = BTreeSet::from([$(stringify!($name)),*]);
            assert_eq!(names, TARGETS.iter().map(|target| target.name).collect());
        }
    };
}

short_runs! {
    json texts subject record element pipe_file expression grant schema pattern message session event token claims keys log_item
    connection_item dead_letter table_items connect_event authorizer_event pipes_api settings
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let inputs =
        |seed| (0..200).map(|number| Inputs::new(target("record"), seed).get(number)).collect::<Vec<_>>();
    assert!(inputs(1) == inputs(1) && inputs(1) != inputs(2));
}

#[test]
fn no_work_grows_faster_than_its_input() {
    for target in TARGETS {
        let growth = growth(target);
        assert!(growth < 2.8, "{}: {growth}", target.name);
    }
}

#[test]
fn every_folder_of_the_corpus_belongs_to_a_target() {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus")).unwrap();
    for folder in folders {
        target(folder.unwrap().file_name().to_str().unwrap());
    }
}
