use crate::alarms::expected;
use crate::check::metrics_of;
use crate::facts::{
    Alarm, Api, Bus, Concurrency, Deployed, Description, Facts, Function, Package, Pipe, PipeFile, Queue,
    Reading, Role, Table,
};

pub const NOW: i64 = 1_800_000_000;
pub const STREAM: &str =
    "arn:aws:dynamodb:eu-central-1:111122223333:table/prod-orders/stream/2026-11-23T00:00:00.000";

/// The deployment `acme` with the pipe `orders`.
pub fn healthy() -> Facts {
    let mut facts = Facts {
        name: "acme".to_owned(),
        now: NOW,
        lag_limit: 60,
        files: Some(vec![file("orders", "orders")]),
        pipes: Reading::Found(vec![pipe()]),
        tables: tables(),
        queues: vec![
            queue("acme-orders-dead-letters", "orders"),
            queue("acme-fanout-dead-letters", "fanout"),
        ],
        functions: crate::read::FUNCTIONS.map(function).into(),
        concurrency: Reading::Found(Concurrency { limit: 1000, unreserved: 1000 }),
        packages: crate::read::FUNCTIONS.map(package).into(),
        api: Reading::Found(Api { id: "a1".to_owned(), stage: Reading::Found(Some(500.0)) }),
        bus_name: "acme".to_owned(),
        bus: Reading::Found(Bus::default()),
        rules: vec!["orders-of-billing".to_owned()],
        clock_skew: Some(1),
        ..Facts::default()
    };
    let alarm = |name: String| {
        let (state, reason) = ("OK".to_owned(), String::new());
        Alarm { name, state, reason, notifies: true, table: None }
    };
    facts.alarms =
        Reading::Found(expected(&facts).into_iter().map(|expected| alarm(expected.name)).collect());
    facts
}

pub fn file(name: &str, table: &str) -> PipeFile {
    PipeFile { name: name.to_owned(), table: table.to_owned(), bus: true }
}

pub fn pipe() -> Pipe {
    Pipe {
        name: "acme-orders".to_owned(),
        file: "orders".to_owned(),
        table: "prod-orders".to_owned(),
        state: "RUNNING".to_owned(),
        source: STREAM.to_owned(),
        ..Pipe::default()
    }
}

fn tables() -> Vec<Table> {
    let table = |name: &str, role, stream: Option<&str>| Table {
        name: name.to_owned(),
        role,
        description: Reading::Found(Description {
            stream: stream.map(str::to_owned),
            view: stream.map(|_| "NEW_AND_OLD_IMAGES".to_owned()),
            is_protected: role != Role::Connections,
        }),
        expires: Reading::Found(true),
        recoverable: Reading::Found(true),
    };
    vec![
        table("acme-connections", Role::Connections, None),
        table("acme-log", Role::Log, None),
        table("acme-rejected", Role::Rejected, None),
        table("prod-orders", Role::Source, Some(STREAM)),
    ]
}

pub fn queue(name: &str, owner: &str) -> Queue {
    Queue { name: name.to_owned(), owner: owner.to_owned(), messages: Reading::Found((0, 0)) }
}

fn function(name: &'static str) -> Function {
    let deployed = Deployed {
        version: "7".to_owned(),
        state: "Active".to_owned(),
        update: "Successful".to_owned(),
        package: format!("hash of {name}"),
        ..Deployed::default()
    };
    let newest = Some(deployed.package.clone());
    Function {
        name,
        deployed: Reading::Found(deployed),
        newest,
        reserved: Reading::Found(None),
        has_canary: false,
    }
}

fn package(name: &'static str) -> Package {
    Package { function: name.to_owned(), hash: format!("hash of {name}"), differences: Vec::new() }
}

pub fn deployed<'f>(facts: &'f mut Facts, name: &str) -> &'f mut Deployed {
    let function = facts.functions.iter_mut().find(|function| function.name == name).unwrap();
    let Reading::Found(deployed) = &mut function.deployed else { panic!("{name} is not deployed") };
    deployed
}

pub fn description<'f>(facts: &'f mut Facts, name: &str) -> &'f mut Description {
    let table = facts.tables.iter_mut().find(|table| table.name == name).unwrap();
    let Reading::Found(description) = &mut table.description else { panic!("{name} is unknown") };
    description
}

/// Makes every alarm active, every metric large, and much of the rest wrong.
pub fn break_everything(facts: &mut Facts) {
    for metric in metrics_of(facts) {
        let at = if metric.is_daily { NOW - NOW % 3600 - 3600 } else { NOW - 300 };
        let points = (0..12).map(|index| (at - 300 * index, 1_000_000.0)).collect();
        facts.metrics.insert(metric, points);
    }
    let Reading::Found(alarms) = &mut facts.alarms else { panic!() };
    alarms.iter_mut().for_each(|alarm| alarm.state = "ALARM".to_owned());
    facts.pipes =
        Reading::Found(vec![Pipe { state: "STOPPED".to_owned(), source: "old".to_owned(), ..pipe() }]);
    facts.queues.iter_mut().for_each(|queue| queue.messages = Reading::Found((1, 0)));
    facts.tables.iter_mut().for_each(|table| table.expires = Reading::Found(false));
    facts.functions.iter_mut().for_each(|function| function.reserved = Reading::Found(Some(0)));
    facts.bus = Reading::Missing;
    facts.api = Reading::Missing;
    facts.clock_skew = Some(1000);
}
