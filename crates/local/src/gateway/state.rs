use super::call::Call;
use super::ids::Ids;
use super::registry::Registry;
use super::routes::Routes;
use super::stage::Stage;
use crate::clock::Clock;

/// The state that all requests and sessions of a gateway share.
pub struct GatewayState<I> {
    pub invoke: I,
    pub stage: Stage,
    pub routes: Routes,
    pub clock: Clock,
    pub ids: Ids,
    pub registry: Registry,
}

impl<I> GatewayState<I> {
    pub fn next_call(&self) -> Call {
        Call { request_id: self.ids.next(), at: self.clock.epoch_millis() }
    }
}
