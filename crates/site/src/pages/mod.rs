//! The pages, a module each, named after their address.

pub(crate) mod about;
pub(crate) mod activiteit;
pub(crate) mod document;
pub(crate) mod dossier;
pub(crate) mod overview;
pub(crate) mod persoon;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod vergelijk;
pub(crate) mod verslag;
pub(crate) mod zaak;

use askama::Template;
use axum::response::Html;
use store::read::is_withdrawn;

use crate::{PageError, SharedSite};

/// A page, made.
pub(crate) type Answer = Result<Html<String>, PageError>;

fn render(template: &impl Template) -> Answer {
    Ok(Html(template.render()?))
}

/// What to say at an address where nothing is: that it never was, or that it was withdrawn.
async fn missing(site: &SharedSite, address: String) -> PageError {
    match site.read(move |_, reader| is_withdrawn(reader, &address)).await {
        Ok(true) => PageError::Withdrawn,
        Ok(false) => PageError::NotFound,
        Err(error) => error,
    }
}
