//! A full disk below the database.

use std::fs;

use tokio::time::sleep;

use super::World;
use crate::plan::Step;

pub const KINDS: &[&str] = &["full disk"];

const BLOCK: [u8; 8192] = [1; 8192];

pub async fn inject(step: &Step, world: &World) -> u64 {
    let disk = &world.system.disk;
    if !disk.fill() {
        return 0;
    }
    let probe = disk.folder().join("probe");
    let is_full = fs::write(&probe, BLOCK).is_err();
    sleep(step.length).await;
    disk.free();
    let _ = fs::remove_file(probe);
    is_full.into()
}
