use crate::code::Code;
use crate::counters::API;
use crate::facts::{Facts, Reading};
use crate::finding::Finding;

pub fn all(facts: &Facts) -> Vec<Finding> {
    api(facts).into_iter().chain(bus(facts)).collect()
}

fn api(facts: &Facts) -> Option<Finding> {
    let missing = |what: &str| Some(Finding::new(Code::ApiMissing, API).evidence(what));
    match &facts.api {
        Reading::Missing => missing(&format!("no WebSocket API has the name {}", facts.name)),
        Reading::Found(api) => match &api.stage {
            Reading::Missing => missing(&format!("the API {} has no stage live", api.id)),
            Reading::Found(Some(rate)) if *rate <= 0.0 => {
                let evidence = format!("the stage of {} accepts {rate} messages a second", api.id);
                Some(Finding::new(Code::RoutesClosed, API).evidence(evidence))
            }
            _ => None,
        },
        Reading::Unknown => None,
    }
}

fn bus(facts: &Facts) -> Option<Finding> {
    let evidence = format!("no bus has the name {}", facts.bus_name);
    facts.bus.is_missing().then(|| Finding::new(Code::BusMissing, &facts.bus_name).evidence(evidence))
}
