//! The pages, a module each, named after their address.

pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod activiteit;
pub(crate) mod commissie;
pub(crate) mod document;
pub(crate) mod dossier;
pub(crate) mod fractie;
pub(crate) mod glossary;
pub(crate) mod login;
pub(crate) mod messages;
pub(crate) mod ministerie;
pub(crate) mod operation;
pub(crate) mod overview;
pub(crate) mod persoon;
pub(crate) mod redirect;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod sitemap;
pub(crate) mod status;
pub(crate) mod stemming;
pub(crate) mod toezegging;
pub(crate) mod unsubscribe;
pub(crate) mod vergelijk;
pub(crate) mod verslag;
pub(crate) mod watching;
pub(crate) mod webhooks;
pub(crate) mod zaak;

use askama::Template;
use axum::extract::Request;
use axum::response::Html;
use axum::{Form, RequestExt};
use model::Uuid;
use serde::de::DeserializeOwned;
use store::read::{Gone, gone, is_entity_withdrawn};

use crate::{PageError, SharedSite, history};

/// A page, made.
pub(crate) type Answer = Result<Html<String>, PageError>;

fn render(template: &impl Template) -> Answer {
    Ok(Html(template.render()?))
}

/// What was filled in.
async fn read_form<T: DeserializeOwned + 'static>(request: Request) -> Result<T, PageError> {
    let form = request.extract::<Form<T>, _>().await;
    let how = "Het formulier is niet te lezen. Ga terug en vul het opnieuw in.";
    form.map(|Form(form)| form).map_err(|_| PageError::BadRequest(how.to_owned()))
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
