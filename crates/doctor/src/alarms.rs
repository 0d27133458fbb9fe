//! The alarms that Terraform creates for a deployment, and what each one finds.

use crate::code::Code;
use crate::counters::API;
use crate::facts::{BUS, Facts};

/// The subject of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// `<name>-<pipe>-lag`
    EachPipe,
    /// `<name>-<function>-errors`
    EachFunction,
    /// `<name>-fanout-lag`: the ending is the whole of it.
    Deployment,
}

/// An alarm, by the end of its name.
#[derive(Debug)]
pub struct Kind {
    pub owner: Owner,
    pub ending: &'static str,
    pub code: Code,
}

/// An alarm that a deployment should have.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    pub name: String,
    pub code: Code,
    pub subject: String,
}

pub const KINDS: [Kind; 27] = [
    of_pipe("lag", Code::LagHigh),
    of_pipe("stopped", Code::StreamUnread),
    of_pipe("failing", Code::PipeFailing),
    of_pipe("dead-letters", Code::DeadLetters),
    of_pipe("rejected", Code::RecordsRejected),
    of_pipe("bus", Code::BusFailing),
    of_pipe("refused", Code::FramesRefused),
    of_pipe("damaged", Code::LogDamaged),
    of_pipe("too-large", Code::EventsTooLarge),
    of_pipe("stale", Code::ConnectionsStale),
    Kind { owner: Owner::EachFunction, ending: "errors", code: Code::FunctionErrors },
    Kind { owner: Owner::EachFunction, ending: "throttles", code: Code::FunctionThrottled },
    of_deployment("authorize-errors", Code::AuthorizerErrors),
    of_deployment("authorize-unanswered", Code::AuthorizerErrors),
    of_deployment("connect-failed", Code::ConnectsFailing),
    of_deployment("subscribe-unavailable", Code::SubscribeUnavailable),
    of_deployment("subscribe-refused", Code::FramesRefused),
    of_deployment("subscribe-damaged", Code::LogDamaged),
    of_deployment("subscribe-unrecovered", Code::ResumesUnrecovered),
    of_deployment("api-errors", Code::ApiErrors),
    of_deployment("api-refused", Code::ClientsRefused),
    of_deployment("fanout-lag", Code::FanoutLag),
    of_deployment("fanout-outage", Code::FanoutOutage),
    of_deployment("fanout-damaged", Code::LogDamaged),
    of_deployment("fanout-throttled", Code::FanoutThrottled),
    of_deployment("fanout-dead-letters", Code::FanoutDeadLetters),
    of_deployment("bus-undelivered", Code::BusUndelivered),
];

const fn of_pipe(ending: &'static str, code: Code) -> Kind {
    Kind { owner: Owner::EachPipe, ending, code }
}

const fn of_deployment(ending: &'static str, code: Code) -> Kind {
    Kind { owner: Owner::Deployment, ending, code }
}

/// The alarms that a deployment with these pipes and functions has.
pub fn expected(facts: &Facts) -> Vec<Expected> {
    KINDS.iter().flat_map(|kind| of_kind(kind, facts)).collect()
}

fn of_kind(kind: &Kind, facts: &Facts) -> Vec<Expected> {
    let alarm = |middle: &str, subject: &str| Expected {
        name: format!("{}-{middle}{}", facts.name, kind.ending),
        code: kind.code,
        subject: subject.to_owned(),
    };
    let functions = || facts.functions.iter().filter(|function| function.deployed.found().is_some());
    match kind.owner {
        Owner::EachPipe => {
            facts.known_pipes().iter().map(|pipe| alarm(&format!("{}-", pipe.file), &pipe.file)).collect()
        }
        Owner::EachFunction => {
            let own =
                functions().filter(|function| !(function.name == "authorize" && kind.ending == "errors"));
            own.map(|function| alarm(&format!("{}-", function.name), function.name)).collect()
        }
        Owner::Deployment => {
            let (first, _) = kind.ending.split_once('-').unwrap_or((kind.ending, ""));
            let exists = match first {
                "api" => true,
                "bus" => facts.queues.iter().any(|queue| queue.owner == BUS),
                _ => functions().any(|function| function.name == first),
            };
            exists.then(|| alarm("", subject(first))).into_iter().collect()
        }
    }
}

/// The subject of the findings with the same code that have other evidence.
fn subject(first: &str) -> &str {
    match first {
        "api" => API,
        "bus" => BUS,
        function => function,
    }
}
