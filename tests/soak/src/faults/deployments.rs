//! Changes that a team makes while everything runs: pipe files, functions, keys.

use std::time::Duration;

use tablecast_tests::processes::signal;
use tokio::time::sleep;

use super::World;
use crate::plan::Step;

pub const KINDS: &[&str] =
    &["changed pipe file", "broken pipe file", "rolling upgrade of the functions", "rotated keys"];

pub const RELOADED: &str = "uses the edited files";
const NOT_USED: &str = "the edit is not used";
const BETWEEN_REPLACEMENTS: Duration = Duration::from_millis(200);

pub async fn inject(step: &Step, world: &World) -> u64 {
    let system = &world.system;
    match step.name {
        "changed pipe file" => edit(world, RELOADED, || system.definitions.touch(step.dice)).await,
        "broken pipe file" => {
            let refused = edit(world, NOT_USED, || system.definitions.break_one(true)).await;
            edit(world, RELOADED, || system.definitions.break_one(false)).await;
            refused
        }
        "rotated keys" => {
            system.issuer.rotate();
            sleep(step.length).await;
            1
        }
        _ => upgrade(world).await,
    }
}

/// Edits the definitions, and waits until the local mode has read them. Returns 1 if it has.
pub async fn edit(world: &World, expected: &str, change: impl FnOnce()) -> u64 {
    let local_mode = &world.system.local_mode;
    let before = local_mode.log_size();
    change();
    for _ in 0..600 {
        if local_mode.log_after(before).contains(expected) {
            return 1;
        }
        sleep(Duration::from_millis(200)).await;
    }
    0
}

/// Old and new processes run together for a while.
async fn upgrade(world: &World) -> u64 {
    let old = world.system.local_mode.functions();
    world.system.functions.upgrade();
    let mut ended = 0;
    for process in old {
        ended += u64::from(signal(process.id, "TERM"));
        sleep(BETWEEN_REPLACEMENTS).await;
    }
    ended
}
