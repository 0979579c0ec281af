//! `/zoeken/suggesties`: what a reader who is typing may be about to ask for.

use axum::extract::{Query as UrlQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::{jump, kind_name};
use crate::{PageError, SharedSite};

/// Things with a name that are suggested.
const NAMED: usize = 6;
/// Characters of what was typed that are read.
const LONGEST: usize = 100;

pub(crate) async fn show(
    State(site): State<SharedSite>,
    UrlQuery(parameters): UrlQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let typed = parameters.into_iter().rev().find(|(name, _)| name == "q");
    let typed = typed.map(|(_, text)| text).unwrap_or_default();
    let typed: String = typed.chars().take(LONGEST).collect();
    let body = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let number = jump(&reader, &typed)?;
            let suggested = site.index.suggest(&typed, NAMED).map_err(PageError::internal)?;
            let named: Vec<Json> = suggested
                .named
                .into_iter()
                .map(|hit| {
                    json!({ "naam": hit.title, "soort": kind_name(hit.kind), "adres": hit.address })
                })
                .collect();
            let number = number.map(|jump| json!({ "naam": jump.label, "adres": jump.address }));
            Ok(json!({ "nummer": number, "namen": named, "vragen": suggested.queries }))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response())
}
