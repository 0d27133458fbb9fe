//! Clocks that step, and step back at the end.

use fastrand::Rng;
use tokio::time::sleep;

use super::World;
use crate::plan::Step;
use crate::system::clock;

pub const KINDS: &[&str] = &["clock of a function", "clock of a client"];

const SECONDS: [i64; 8] = [-600, -30, -3, -1, 1, 3, 30, 600];

pub async fn inject(step: &Step, world: &World) -> u64 {
    if !clock::is_available() {
        return 0;
    }
    let mut random = Rng::with_seed(step.dice);
    let seconds = random.choice(SECONDS).unwrap_or_default();
    let file = match step.name {
        "clock of a function" => {
            let functions = world.system.local_mode.functions();
            random.choice(functions).map(|function| world.system.functions.clock(&function.name))
        }
        _ => random.choice(world.system.addresses.clients.all()).and_then(|client| client.clock),
    };
    let Some(file) = file else { return 0 };
    clock::set(&file, seconds);
    sleep(step.length).await;
    clock::set(&file, 0);
    1
}
