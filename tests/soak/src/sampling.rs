//! Looks at the system once a second: memory, lag, and processes that end by themselves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::faults::World;
use crate::system::memory::Memory;

const INTERVAL: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Samples {
    pub memory: Memory,
    pub largest_lag: usize,
    pub troubles: Vec<String>,
}

pub struct Sampling {
    samples: Arc<Mutex<Samples>>,
    task: JoinHandle<()>,
}

impl Sampling {
    pub fn start(world: &Arc<World>) -> Self {
        let samples = Arc::new(Mutex::new(Samples::default()));
        let task = tokio::spawn(sample(world.clone(), samples.clone()));
        Self { samples, task }
    }

    pub async fn stop(self) -> Samples {
        self.task.abort();
        let _ = self.task.await;
        std::mem::take(&mut self.samples.lock().unwrap())
    }
}

async fn sample(world: Arc<World>, samples: Arc<Mutex<Samples>>) {
    loop {
        sleep(INTERVAL).await;
        let trouble = world.system.local_mode.unexpected_end().await;
        if trouble.is_some() {
            let _one = world.heavy.lock().await;
            world.system.local_mode.start().await;
        }
        let lag = world.workload.lag();
        let mut samples = samples.lock().unwrap();
        samples.memory.sample(processes(&world));
        samples.largest_lag = samples.largest_lag.max(lag);
        samples.troubles.extend(trouble);
    }
}

fn processes(world: &World) -> Vec<(String, u32)> {
    let local_mode = &world.system.local_mode;
    let functions = local_mode.functions().into_iter().map(|process| (process.name, process.id));
    let clients = world.system.addresses.clients.all().into_iter();
    let clients = clients.map(|client| (format!("client in {}", client.language), client.process));
    let local_mode = local_mode.id().map(|id| ("local mode".to_owned(), id));
    local_mode.into_iter().chain(functions).chain(clients).collect()
}
