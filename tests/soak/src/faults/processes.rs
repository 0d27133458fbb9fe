//! Kills and stops of functions, clients and the local mode.

use std::time::Duration;

use fastrand::Rng;
use tablecast_tests::processes::signal;
use tokio::time::sleep;

use super::World;
use crate::plan::Step;

pub const LIGHT: &[&str] = &[
    "kill -9 of authorize",
    "kill -9 of connect",
    "kill -9 of disconnect",
    "kill -9 of dispatch",
    "kill -9 of enrich",
    "kill -9 of fanout",
    "kill -9 of subscribe",
    "kill -9 of a client",
    "SIGSTOP of a function",
    "SIGSTOP of a client",
];
pub const HEAVY: &[&str] = &["kill -9 of the local mode", "SIGSTOP of the local mode"];

const POLL: Duration = Duration::from_millis(100);

pub async fn inject(step: &Step, world: &World) -> u64 {
    let mut random = Rng::with_seed(step.dice);
    match step.name {
        "SIGSTOP of a function" => {
            let functions = world.system.local_mode.functions();
            stop(random.choice(functions).map(|function| function.id), step.length).await
        }
        "SIGSTOP of a client" => {
            let clients = world.system.addresses.clients.all();
            stop(random.choice(clients).map(|client| client.process), step.length).await
        }
        "kill -9 of a client" => {
            let clients = world.system.addresses.clients.all().into_iter();
            let victim = random.choice(clients.filter(|client| client.may_be_killed).collect::<Vec<_>>());
            victim.map_or(0, |victim| signal(victim.process, "KILL").into())
        }
        kill => kill_function(kill.rsplit(' ').next().unwrap(), step.length, world, &mut random).await,
    }
}

/// Waits for a process of the function while the fault is in force.
async fn kill_function(function: &str, length: Duration, world: &World, random: &mut Rng) -> u64 {
    for _ in 0..length.as_millis() / POLL.as_millis() {
        let all = world.system.local_mode.functions().into_iter();
        let victims: Vec<_> = all.filter(|process| process.name == function).collect();
        if random.choice(victims).is_some_and(|victim| signal(victim.id, "KILL")) {
            return 1;
        }
        sleep(POLL).await;
    }
    0
}

async fn stop(process: Option<u32>, length: Duration) -> u64 {
    let Some(process) = process.filter(|process| signal(*process, "STOP")) else { return 0 };
    sleep(length).await;
    signal(process, "CONT");
    1
}

pub async fn inject_heavy(step: &Step, world: &World) -> u64 {
    let local_mode = &world.system.local_mode;
    match step.name {
        "kill -9 of the local mode" => {
            let killed = local_mode.kill().await;
            sleep(step.length / 4).await;
            local_mode.start().await;
            killed.into()
        }
        _ => stop(local_mode.id(), step.length / 2).await,
    }
}
