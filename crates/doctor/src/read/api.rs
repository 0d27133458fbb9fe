use serde_json::Value;

use super::json::{text, with_token};
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Api, Reading};

pub async fn read(reader: &Reader, deployment: &str) -> Reading<Api> {
    let next = |token: Option<&str>| Request::Get(with_token("/v2/apis?maxResults=500", "nextToken", token));
    let apis = reader.pages(operations::GET_APIS, deployment, ("items", "nextToken"), next).await;
    let Reading::Found(apis) = apis else { return Reading::Unknown };
    let is_own = |api: &&Value| text(api, "/name") == deployment && text(api, "/protocolType") == "WEBSOCKET";
    match apis.iter().find(is_own).map(|api| text(api, "/apiId")) {
        None => Reading::Missing,
        Some(id) => Reading::Found(Api { stage: stage(reader, &id).await, id }),
    }
}

/// Reads the requests a second that the stage accepts.
async fn stage(reader: &Reader, id: &str) -> Reading<Option<f64>> {
    let path = format!("/v2/apis/{id}/stages/live");
    let stage = reader.read(operations::GET_STAGE, id, Request::Get(path)).await;
    stage.map(|stage| stage["defaultRouteSettings"]["throttlingRateLimit"].as_f64())
}
