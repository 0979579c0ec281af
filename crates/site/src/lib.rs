//! The site: addresses, pages, assets. It reads from the store and the index and never writes.
//!
//! A page is a function in `pages` that reads from top to bottom: understand the address, ask the
//! store, fill the template of the same name in `templates/`. HTML is nowhere else, except for
//! extracted text, which `prose` and `transcript` write.

mod assets;
mod chart;
mod error;
mod format;
mod layout;
mod marks;
mod pages;
mod prose;
mod references;
mod respond;
mod speaking;
mod text;
mod transcript;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use content::FileStore;
use model::Clock;
use search::SearchIndex;
use store::{Reader, Store, StoreError};

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
}

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
        let site = self.clone();
        tokio::task::spawn_blocking(move || work(&site)).await.map_err(PageError::internal)?
    }
}

/// Every address of the site.
pub fn router(site: Site) -> Router {
    let site = Arc::new(site);
    let router = Router::new()
        .route("/", get(pages::overview::show))
        .route("/document/{nummer}", get(pages::document::show))
        .route("/document/{nummer}/bestand", get(pages::document::file))
        .route("/document/{nummer}/vergelijk", get(pages::vergelijk::show))
        .route("/zaak/{nummer}", get(pages::zaak::show))
        .route("/dossier/{nummer}", get(pages::dossier::show))
        .route("/activiteit/{nummer}", get(pages::activiteit::show))
        .route("/persoon/{nummer}", get(pages::persoon::show))
        .route("/verslag/{vergadering}", get(pages::verslag::show))
        .route("/zoeken", get(pages::search::show))
        .route("/status", get(pages::status::show))
        .route("/wat-is-dit", get(pages::about::show))
        .route("/health", get(pages::status::health))
        .route("/robots.txt", get(assets::robots))
        .route("/assets/{name}", get(assets::asset))
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::no_such_method)
        .with_state(site.clone());
    respond::around(router, site)
}
