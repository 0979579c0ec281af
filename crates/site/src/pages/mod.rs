//! The pages, a module each, named after their address.

pub(crate) mod about;
pub(crate) mod activiteit;
pub(crate) mod commissie;
pub(crate) mod document;
pub(crate) mod dossier;
pub(crate) mod fractie;
pub(crate) mod glossary;
pub(crate) mod ministerie;
pub(crate) mod overview;
pub(crate) mod persoon;
pub(crate) mod redirect;
pub(crate) mod search;
pub(crate) mod sitemap;
pub(crate) mod status;
pub(crate) mod stemming;
pub(crate) mod toezegging;
pub(crate) mod vergelijk;
pub(crate) mod verslag;
pub(crate) mod zaak;

use askama::Template;
use axum::response::Html;
use model::Uuid;
use store::read::{Gone, gone, is_entity_withdrawn};

use crate::{PageError, SharedSite, history};

/// A page, made.
pub(crate) type Answer = Result<Html<String>, PageError>;

fn render(template: &impl Template) -> Answer {
    Ok(Html(template.render()?))
}

/// What to say at an address where nothing is: that it never was, or that it was withdrawn.
async fn missing(site: &SharedSite, address: String) -> PageError {
    let found = site.read(move |_, reader| {
        Ok(match gone(reader, &address)? {
            Some(Gone::Withdrawn) => PageError::Withdrawn(history::known(reader, &address)?),
            Some(Gone::TakenDown(takedown)) => PageError::TakenDown(takedown),
            None => PageError::NotFound,
        })
    });
    found.await.unwrap_or_else(|error| error)
}

/// The same at the address of a page that is called by its entity's GUID.
async fn missing_entity(site: &SharedSite, id: Uuid) -> PageError {
    let found = site.read(move |_, reader| {
        Ok(match is_entity_withdrawn(reader, id)? {
            true => PageError::Withdrawn(history::known_of(reader, id)?),
            false => PageError::NotFound,
        })
    });
    found.await.unwrap_or_else(|error| error)
}
