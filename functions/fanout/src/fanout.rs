use crate::clients::Fanout;
use crate::deadline::Deadline;
use crate::lease::Lease;
use crate::report::Report;
use crate::served::{Served, Stop};
use crate::task::Task;
use crate::worker;

impl Fanout {
    pub async fn handle(&self, task: Task, deadline: Deadline) -> Report {
        match task {
            Task::Sweep => {
                let swept = self.sweep(deadline).await;
                Report::of_sweep(swept).with_damaged(self.connections.take_damaged())
            }
            Task::Serve { source, part } => {
                // Boxed, because the compiler cannot lay out so many nested futures in one.
                let served = Box::pin(self.serve(&source, part, deadline)).await;
                let items = self.logs.take_damaged() + self.connections.take_damaged();
                let damaged = items + served.damaged;
                Report::of_worker(&source, part, served).with_damaged(damaged)
            }
        }
    }

    async fn serve(&self, source: &str, part: usize, deadline: Deadline) -> Served {
        let taking = Lease::take(&self.connections, source, part, self.limits.lease);
        let mut served = match taking.await {
            Ok(Some(lease)) => worker::serve(self, lease, deadline).await,
            Ok(None) => Served::default(),
            Err(error) => Served { error: Some(error), ..Served::default() },
        };
        if served.stop == Some(Stop::Deadline) {
            served.add_start(self.workers.start(source, part).await);
        }
        served
    }
}
