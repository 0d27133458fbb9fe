use std::sync::Arc;

use tokio::sync::watch;

use super::command::Command;
use super::resource::CurrentState;
use super::store::Store;
use crate::aws::{AwsPipes, Checkpoints};
use crate::runner::Pipe;

/// Follows the commands for one pipe until its end. The checkpoints survive from one run to the next.
pub async fn work(store: Store, aws: AwsPipes, name: String, mut commands: watch::Receiver<Command>) {
    let checkpoints = Arc::<Checkpoints>::default();
    let mut running: Option<Pipe> = None;
    loop {
        let command = commands.borrow_and_update().clone();
        if let Some(pipe) = running.take() {
            pipe.stop().await;
        }
        let result = match command {
            Command::End => return store.remove(&name),
            Command::Stop => Ok(None),
            Command::Run(spec) => aws.start(*spec, checkpoints.clone()).await.map(Some),
        };
        running = finish(&store, &name, result, &commands);
        if commands.changed().await.is_err() {
            return;
        }
    }
}

/// Logs and stores the result of a command.
fn finish(
    store: &Store,
    name: &str,
    result: Result<Option<Pipe>, String>,
    commands: &watch::Receiver<Command>,
) -> Option<Pipe> {
    let (pipe, reason) = match result {
        Ok(pipe) => (pipe, None),
        Err(reason) => (None, Some(reason)),
    };
    let state = if pipe.is_some() { CurrentState::Running } else { CurrentState::Stopped };
    match &reason {
        None if pipe.is_some() => tracing::info!("pipe {name} is running"),
        None => tracing::info!("pipe {name} is stopped"),
        Some(reason) => tracing::warn!("pipe {name} cannot start: {reason}"),
    }
    store.finish(name, commands, state, reason);
    pipe
}
