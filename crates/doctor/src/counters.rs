//! Metrics that are 0 while nothing is wrong.

use crate::code::Code;
use crate::facts::Facts;
use crate::metrics::Metric;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `dispatch`, for each pipe.
    Dispatch,
    /// EventBridge Pipes, for each pipe.
    Execution,
    /// A function.
    Function(&'static str),
    /// Lambda, for each function.
    Lambda,
    /// The log of `authorize`.
    Authorizer,
    /// API Gateway.
    Api,
    /// EventBridge, for each rule of the bus.
    Rule,
}

#[derive(Debug)]
pub struct Counter {
    pub source: Source,
    pub metric: &'static str,
    pub code: Code,
}

/// The subject of findings about the WebSocket API.
pub const API: &str = "the WebSocket API";

pub const COUNTERS: [Counter; 30] = [
    counter(Source::Execution, "ExecutionFailed", Code::PipeFailing),
    counter(Source::Execution, "ExecutionThrottled", Code::PipeFailing),
    counter(Source::Execution, "ExecutionTimeout", Code::PipeFailing),
    counter(Source::Dispatch, "NotStored", Code::PipeFailing),
    counter(Source::Dispatch, "InvalidElements", Code::PipeFailing),
    counter(Source::Dispatch, "Rejected", Code::RecordsRejected),
    counter(Source::Dispatch, "BusFailures", Code::BusFailing),
    counter(Source::Dispatch, "LogFailures", Code::LogFailing),
    counter(Source::Dispatch, "LookupFailures", Code::LogFailing),
    counter(Source::Dispatch, "HandOverFailures", Code::LogFailing),
    counter(Source::Dispatch, "ClockSkew", Code::LogFailing),
    counter(Source::Dispatch, "Refused", Code::FramesRefused),
    counter(Source::Dispatch, "DamagedItems", Code::LogDamaged),
    counter(Source::Dispatch, "TooLarge", Code::EventsTooLarge),
    counter(Source::Lambda, "Errors", Code::FunctionErrors),
    counter(Source::Lambda, "Throttles", Code::FunctionThrottled),
    counter(Source::Authorizer, "AuthorizerErrors", Code::AuthorizerErrors),
    counter(Source::Function("authorize"), "Unavailable", Code::AuthorizerErrors),
    counter(Source::Function("connect"), "Failed", Code::ConnectsFailing),
    counter(Source::Function("subscribe"), "Unavailable", Code::SubscribeUnavailable),
    counter(Source::Function("subscribe"), "Refused", Code::FramesRefused),
    counter(Source::Function("subscribe"), "DamagedItems", Code::LogDamaged),
    counter(Source::Function("fanout"), "Refused", Code::FramesRefused),
    counter(Source::Function("fanout"), "DamagedItems", Code::LogDamaged),
    counter(Source::Function("fanout"), "Outage", Code::FanoutOutage),
    counter(Source::Function("fanout"), "Throttled", Code::FanoutThrottled),
    counter(Source::Api, "ExecutionError", Code::ApiErrors),
    counter(Source::Rule, "FailedInvocations", Code::RuleFailing),
    counter(Source::Rule, "ThrottledRules", Code::RuleFailing),
    counter(Source::Rule, "InvocationsFailedToBeSentToDlq", Code::RuleFailing),
];

const fn counter(source: Source, metric: &'static str, code: Code) -> Counter {
    Counter { source, metric, code }
}

impl Counter {
    /// The metrics of a deployment, with the subject of each.
    pub fn metrics(&self, facts: &Facts) -> Vec<(String, Metric)> {
        let (name, metric) = (facts.name.as_str(), self.metric);
        let pipes = facts.known_pipes().iter();
        let functions = facts.functions.iter().filter(|function| function.deployed.found().is_some());
        match self.source {
            Source::Dispatch => {
                pipes.map(|it| (it.file.clone(), Metric::of_pipe(name, metric, &it.file))).collect()
            }
            Source::Execution => {
                let of = |pipe: &str| Metric::new("AWS/EventBridge/Pipes", metric, &[("PipeName", pipe)]);
                pipes.map(|it| (it.file.clone(), of(&it.name))).collect()
            }
            Source::Function(function) => {
                vec![(function.to_owned(), Metric::of_function(name, metric, function))]
            }
            Source::Lambda => {
                // API Gateway expects a refusal as an error.
                let counted = functions.filter(|it| (it.name, metric) != ("authorize", "Errors"));
                counted.map(|it| (it.name.to_owned(), Metric::of_lambda(name, metric, it.name))).collect()
            }
            Source::Authorizer => vec![("authorize".to_owned(), Metric::new(name, metric, &[]))],
            Source::Api => vec![(API.to_owned(), of_api(facts, metric))],
            Source::Rule => {
                let of = |rule: &str| {
                    Metric::new(
                        "AWS/Events",
                        metric,
                        &[("EventBusName", &facts.bus_name), ("RuleName", rule)],
                    )
                };
                facts.rules.iter().map(|rule| (rule.clone(), of(rule))).collect()
            }
        }
    }
}

/// A metric of the WebSocket API.
pub fn of_api(facts: &Facts, metric: &'static str) -> Metric {
    let id = facts.api.found().map_or("", |api| api.id.as_str());
    Metric::new("AWS/ApiGateway", metric, &[("ApiId", id), ("Stage", "live")])
}
