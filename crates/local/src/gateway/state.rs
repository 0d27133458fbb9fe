use super::call::Call;
use super::ids::Ids;
use super::registry::Registry;
use super::routes::Routes;
use super::stage::Stage;
use crate::clock::Clock;
use crate::origins::Origins;

/// The state that all requests and sessions of a gateway share.
pub struct GatewayState<I> {
    pub invoke: I,
    pub stage: Stage,
    pub routes: Routes,
    pub clock: Clock,
    /// The web pages that may connect.
    pub origins: Origins,
    pub ids: Ids,
    pub registry: Registry,
}

impl<I> GatewayState<I> {
    pub fn next_call(&self) -> Call {
        Call { request_id: self.ids.next(), at: self.clock.epoch_millis() }
    }
}
