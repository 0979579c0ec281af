//! The site: addresses, pages, assets. It reads from the store and the index and never writes.
//!
//! A page is a function in `pages` that reads from top to bottom: understand the address, ask the
//! store, fill the template of the same name in `templates/`. HTML is nowhere else, except for
//! extracted text, which `prose` and `transcript` write.

mod assets;
mod chart;
mod error;
mod format;
mod glossary;
mod layout;
mod lists;
mod pages;
mod prose;
mod respond;
mod text;
mod transcript;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use content::FileStore;
use model::Clock;
use search::SearchIndex;
use store::{Reader, Store, StoreError};
use tokio::sync::Semaphore;

pub use crate::error::PageError;

/// What the pages are made from.
pub struct Site {
    /// The entities.
    pub store: Store,
    /// Their files.
    pub files: Arc<FileStore>,
    /// The index to search in.
    pub index: Arc<SearchIndex>,
    /// Parliament's clock.
    pub clock: Clock,
    /// The address under which readers know the site, without a slash at the end.
    pub public_url: Option<String>,
    /// Whether this is the demo, which says so on every page.
    pub demo: bool,
    /// Lets [`AT_ONCE`] pages be made at once: each takes a thread and a connection.
    pub turns: Semaphore,
}

/// How many pages are made at once. More would not come any sooner, and take memory.
pub const AT_ONCE: usize = 16;

type SharedSite = Arc<Site>;

impl Site {
    /// Work that may block, on a thread of its own.
    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Site, &Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PageError> {
        self.blocking(move |site| Ok(work(site, &site.store.reader()?)?)).await
    }

    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Site) -> Result<T, PageError> + Send + 'static,
    ) -> Result<T, PageError> {
        let _turn = self.turns.acquire().await.map_err(PageError::internal)?;
        let site = self.clone();
        tokio::task::spawn_blocking(move || work(&site)).await.map_err(PageError::internal)?
    }
}

/// A query string of these parameters: `?commissie=J%26V`.
fn query(parameters: &[(&str, &str)]) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let parts: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)))
        .collect();
    format!("?{}", parts.join("&"))
}

/// Every address of the site.
pub fn router(site: Site) -> Router {
    let site = Arc::new(site);
    let sitemap = pages::sitemap::Index::default();
    let router = lists::routes(Router::new())
        .route("/", get(pages::overview::show))
        .route("/nieuw.json", get(pages::overview::news))
        .route("/document/{nummer}", get(pages::document::show))
        .route("/document/{nummer}/bestand", get(pages::document::file))
        .route("/zaak/{nummer}", get(pages::zaak::show))
        .route("/dossier/{nummer}", get(pages::dossier::show))
        .route("/activiteit/{nummer}", get(pages::activiteit::show))
        .route("/persoon/{nummer}", get(pages::persoon::show))
        .route("/fractie/{afkorting}", get(pages::fractie::show))
        .route("/commissie/{name}", get(pages::commissie::show))
        .route("/ministerie/{afkorting}", get(pages::ministerie::show))
        .route("/toezegging/{nummer}", get(pages::toezegging::show))
        .route("/stemming/{besluit}", get(pages::stemming::show))
        .route("/verslag/{vergadering}", get(pages::verslag::show))
        .route("/zoeken", get(pages::search::show))
        .route("/status", get(pages::status::show))
        .route("/wat-is-dit", get(pages::about::show))
        .route("/begrippen", get(pages::glossary::show))
        .route("/health", get(pages::status::health))
        .route("/robots.txt", get(pages::sitemap::robots))
        .route(
            "/sitemap.xml",
            get(|State(site): State<SharedSite>| pages::sitemap::index(site, sitemap)),
        )
        .route("/sitemap/{name}", get(pages::sitemap::part))
        .route("/assets/{name}", get(assets::asset))
        .fallback(pages::redirect::old_or_missing)
        .method_not_allowed_fallback(error::no_such_method)
        .with_state(site.clone());
    respond::around(router, site)
}
