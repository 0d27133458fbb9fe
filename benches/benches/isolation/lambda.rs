//! The processes of the functions. An invocation takes one that is idle, or starts one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use dispatch::{Dispatch, DispatchError};
use fanout::{Fanout, Task};
use tablecast_aws::SdkConfig;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_definitions::sources::Sources;
use tablecast_protocol::element::{BatchResponse, Element};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::spawn_local;
use tokio::time::sleep;

use crate::services::Services;

/// The time limits of the functions in Terraform.
const DISPATCH: Duration = Duration::from_secs(120);
const FANOUT: Duration = Duration::from_secs(300);

/// The time until an asynchronous invocation begins.
const START: Duration = Duration::from_millis(20);

pub const CONNECTIONS: &str = "connections";

#[derive(Clone)]
pub struct Lambda(Rc<Functions>);

struct Functions {
    services: Services,
    dispatch: Idle<Dispatch>,
    fanout: Idle<Fanout>,
    invocations: Cell<usize>,
    /// The `@connections` requests of the account in a second.
    rate: u32,
}

/// The idle processes of a function.
struct Idle<P> {
    processes: RefCell<Vec<P>>,
    started: Cell<usize>,
}

impl Lambda {
    /// Serves the asynchronous invocations, too.
    pub fn start(services: Services, mut invocations: UnboundedReceiver<Vec<u8>>, rate: u32) -> Self {
        let (dispatch, fanout, count) = (Idle::default(), Idle::default(), Cell::default());
        let lambda = Self(Rc::new(Functions { services, dispatch, fanout, invocations: count, rate }));
        let serving = lambda.clone();
        spawn_local(async move {
            while let Some(payload) = invocations.recv().await {
                spawn_local(serving.clone().fan_out(serde_json::from_slice(&payload).unwrap()));
            }
        });
        lambda
    }

    pub async fn dispatch(&self, elements: Vec<Element>) -> Result<BatchResponse, DispatchError> {
        let Functions { services, dispatch: idle, .. } = &*self.0;
        let process = idle.take(services, "dispatch", dispatch);
        let report = process.handle(elements, dispatch::Deadline::after(DISPATCH)).await;
        idle.processes.borrow_mut().push(process);
        report.response
    }

    async fn fan_out(self, task: Task) {
        let Functions { services, fanout: idle, invocations, rate, .. } = &*self.0;
        invocations.set(invocations.get() + 1);
        sleep(START).await;
        let process = idle.take(services, "fanout", |aws| fanout(aws, *rate));
        let report = process.handle(task, fanout::Deadline::after(FANOUT)).await;
        idle.processes.borrow_mut().push(process);
        if let Err(error) = report.result {
            eprintln!("fanout failed: {error}");
        }
    }

    /// Invocations of `fanout` so far.
    pub fn invocations(&self) -> usize {
        self.0.invocations.get()
    }
}

impl<P> Default for Idle<P> {
    fn default() -> Self {
        Self { processes: RefCell::default(), started: Cell::default() }
    }
}

impl<P> Idle<P> {
    fn take(&self, services: &Services, function: &str, start: impl Fn(&SdkConfig) -> P) -> P {
        self.processes.borrow_mut().pop().unwrap_or_else(|| {
            self.started.set(self.started.get() + 1);
            start(&services.config(&format!("{function}-{}", self.started.get())))
        })
    }
}

fn dispatch(aws: &SdkConfig) -> Dispatch {
    let endpoints = dispatch::Endpoints {
        connections_table: CONNECTIONS.to_owned(),
        log_table: "log".to_owned(),
        rejected_table: "rejected".to_owned(),
        bus_name: "bus".to_owned(),
        management_endpoint: "http://aws".to_owned(),
        fanout_function: "fanout".to_owned(),
    };
    Dispatch::new(aws, endpoints, sources(), dispatch::Limits::default())
}

fn fanout(aws: &SdkConfig, rate: u32) -> Fanout {
    let endpoints = fanout::Endpoints {
        connections_table: CONNECTIONS.to_owned(),
        log_table: "log".to_owned(),
        management_endpoint: "http://aws".to_owned(),
        fanout_function: "fanout".to_owned(),
    };
    let limits = fanout::Limits { posts_per_second: rate.into(), ..fanout::Limits::default() };
    Fanout::new(aws, endpoints, limits)
}

const PIPE: &str = "\
table: orders
subject: '\"orders/\" + item.tenant + \"/\" + item.orderId'
events: []
log: { keep: 7d, channel: 2 }
";

fn sources() -> Sources {
    let (file, name, text) = ("orders.yaml".to_owned(), "orders".to_owned(), PIPE.to_owned());
    Sources::compile(&[DefinitionFile { file, name, text }]).unwrap()
}
