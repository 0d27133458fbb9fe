use std::sync::Arc;

use tokio::sync::watch;

use super::plan::Plan;
use super::registry::Registry;
use super::resource::{Desired, State};
use super::wire::{Marks, Wire};
use crate::pipes::Pipe;

/// What is to become of a pipe. Only the newest order counts.
#[derive(Clone)]
pub enum Order {
    Run(Box<Plan>),
    Rest,
    End,
}

impl Order {
    pub fn of(desired: Desired, plan: Plan) -> Self {
        match desired {
            Desired::Running => Self::Run(Box::new(plan)),
            Desired::Stopped => Self::Rest,
        }
    }
}

/// Follows the orders for one pipe until its end. How far it has read stays known from one run to the next.
pub async fn work(registry: Registry, wire: Wire, name: String, mut orders: watch::Receiver<Order>) {
    let marks = Arc::<Marks>::default();
    let mut running: Option<Pipe> = None;
    loop {
        let order = orders.borrow_and_update().clone();
        if let Some(pipe) = running.take() {
            pipe.stop().await;
        }
        let followed = match order {
            Order::End => return registry.forget(&name),
            Order::Rest => Ok(None),
            Order::Run(plan) => wire.start(*plan, marks.clone()).await.map(Some),
        };
        running = settled(&registry, &name, followed, &orders);
        if orders.changed().await.is_err() {
            return;
        }
    }
}

/// Tells what the order has led to, unless there is another one already.
fn settled(
    registry: &Registry,
    name: &str,
    followed: Result<Option<Pipe>, String>,
    orders: &watch::Receiver<Order>,
) -> Option<Pipe> {
    let (pipe, reason) = match followed {
        Ok(pipe) => (pipe, None),
        Err(reason) => (None, Some(reason)),
    };
    let state = if pipe.is_some() { State::Running } else { State::Stopped };
    match &reason {
        None => tracing::info!("pipe {name}: {state:?}"),
        Some(reason) => tracing::warn!("pipe {name} does not run: {reason}"),
    }
    registry.settle(name, orders, state, reason);
    pipe
}
