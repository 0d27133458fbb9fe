//! The clients' sockets: cut, frozen, refused.

use fastrand::Rng;
use tokio::time::sleep;

use super::World;
use crate::plan::Step;

pub const KINDS: &[&str] =
    &["cut sockets", "frozen sockets", "frozen sockets that are cut", "gateway away for all"];

pub async fn inject(step: &Step, world: &World) -> u64 {
    let sockets = &world.system.sockets;
    let share = 0.1 + Rng::with_seed(step.dice).f64() / 2.0;
    match step.name {
        "cut sockets" => sockets.cut(share),
        "gateway away for all" => {
            sockets.refuse(true);
            let cut = sockets.cut(1.0);
            sleep(step.length / 2).await;
            cut + sockets.refuse(false)
        }
        name => {
            let frozen = sockets.freeze(share);
            sleep(step.length).await;
            match name {
                "frozen sockets" => sockets.thaw(),
                _ => sockets.cut_frozen(),
            }
            frozen
        }
    }
}
