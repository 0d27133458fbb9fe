use tablecast_tests::processes::signal;

use tokio::time::{Duration, sleep};

use super::World;
use super::redrive::redrive;
use crate::system::clock;

/// Long enough for an edit to be in use. The second redrive finds what a slow one left.
const RELOAD: Duration = Duration::from_secs(10);

/// Ends all faults that are still in force. The faults have lifted their rules already.
pub async fn heal(world: &World) {
    let system = &world.system;
    world.workload.resume();
    system.sockets.refuse(false);
    system.sockets.thaw();
    system.disk.free();
    for client in system.addresses.clients.all() {
        signal(client.process, "CONT");
        client.clock.iter().for_each(|file| clock::set(file, 0));
    }
    system.functions.reset_clocks();
    if system.local_mode.id().is_none() {
        system.local_mode.start().await;
    }
    let functions = system.local_mode.functions().into_iter().map(|function| function.id);
    for process in system.local_mode.id().into_iter().chain(functions) {
        signal(process, "CONT");
    }
    system.definitions.break_one(false);
    if system.definitions.accept_odd(true) {
        sleep(RELOAD).await;
    }
    // A second redrive, for records that were in flight during the first one.
    for _ in 0..2 {
        redrive_until_it_runs(world).await;
    }
}

/// On a busy machine, the local mode may not answer the command in time.
async fn redrive_until_it_runs(world: &World) {
    for _ in 0..20 {
        if redrive(world).await.is_some() {
            return;
        }
        sleep(RELOAD).await;
    }
}
