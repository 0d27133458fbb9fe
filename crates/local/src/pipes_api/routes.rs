use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};

use super::definition::Object;
use super::list::Wanted;
use super::refusal::{Refusal, answer};
use super::registry::Registry;
use super::tags;

/// No pipe needs so much: five patterns of 4 KB and some ARNs.
const BODY: usize = 1024 * 1024;

type Answer = Result<Response, Refusal>;

/// The paths of the API. Any signature will do, and so will none.
pub fn router(registry: Registry) -> Router {
    Router::new()
        .route("/v1/pipes", get(list))
        .route("/v1/pipes/{name}", get(describe).post(create).put(update).delete(delete))
        .route("/v1/pipes/{name}/start", post(start))
        .route("/v1/pipes/{name}/stop", post(stop))
        .route("/tags/{*arn}", get(list_tags).post(tag).delete(untag))
        .fallback(async || Refusal::unknown_operation())
        .method_not_allowed_fallback(async || Refusal::unknown_operation())
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(not_from_a_web_page))
        .with_state(registry)
}

async fn create(State(registry): State<Registry>, Path(name): Path<String>, body: Bytes) -> Answer {
    ok(registry.create(&name, &object(&body)?)?)
}

async fn describe(State(registry): State<Registry>, Path(name): Path<String>) -> Answer {
    ok(registry.describe(&name)?)
}

async fn update(State(registry): State<Registry>, Path(name): Path<String>, body: Bytes) -> Answer {
    ok(registry.update(&name, &object(&body)?)?)
}

async fn delete(State(registry): State<Registry>, Path(name): Path<String>) -> Answer {
    ok(registry.delete(&name)?)
}

async fn start(State(registry): State<Registry>, Path(name): Path<String>) -> Answer {
    ok(registry.start(&name)?)
}

async fn stop(State(registry): State<Registry>, Path(name): Path<String>) -> Answer {
    ok(registry.stop(&name)?)
}

async fn list(State(registry): State<Registry>, RawQuery(query): RawQuery) -> Answer {
    ok(registry.list(&Wanted::parse(&query.unwrap_or_default())?))
}

async fn list_tags(State(registry): State<Registry>, Path(arn): Path<String>) -> Answer {
    ok(registry.tags(&arn)?)
}

async fn tag(State(registry): State<Registry>, Path(arn): Path<String>, body: Bytes) -> Answer {
    registry.tag(&arn, tags::of_request(object(&body)?)?)?;
    ok(json!({}))
}

async fn untag(
    State(registry): State<Registry>,
    Path(arn): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    registry.untag(&arn, &tags::keys(&query.unwrap_or_default()))?;
    ok(json!({}))
}

fn ok(body: Value) -> Answer {
    Ok(answer(StatusCode::OK, &body))
}

fn object(body: &Bytes) -> Result<Object, Refusal> {
    serde_json::from_slice(body).map_err(|reason| Refusal::unreadable(&reason))
}

/// Browsers send `Origin`, SDKs do not: a page must not start pipes.
async fn not_from_a_web_page(request: Request, next: Next) -> Response {
    match request.headers().contains_key(header::ORIGIN) {
        true => Refusal::forbidden("requests from web pages are refused").into_response(),
        false => next.run(request).await,
    }
}
