//! The site: addresses, pages, assets. It reads from the store and the index; what it writes are
//! accounts and what belongs to them.
//!
//! A page is a function in `pages` that reads from top to bottom: understand the address, ask the
//! store, fill the template of the same name in `templates/`. HTML is nowhere else, except for
//! extracted text, which `prose` and `transcript` write.

mod answers;
mod assets;
mod chart;
mod error;
mod format;
mod glossary;
mod history;
mod layout;
mod limits;
mod lists;
mod marks;
mod origin;
mod pages;
mod prose;
mod references;
mod respond;
mod session;
mod speaking;
mod successive;
mod text;
mod transcript;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn;
use axum::routing::{get, post};
use content::FileStore;
use model::Clock;
use search::SearchIndex;
use store::accounts::Hash;
use store::{Reader, Store, StoreError};
use tokio::sync::{Notify, Semaphore};
use watch::webhook::Destinations;
use watch::{Letterhead, Outlet};

use crate::pages::watching;

pub use crate::error::PageError;
pub use crate::limits::Limits;

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
    /// Where mail goes; without it nobody can log in.
    pub outlet: Option<Outlet>,
    /// What mail from here has in common.
    pub letterhead: Letterhead,
    /// Wakes who sends mail, if that is this process.
    pub mail_waiting: Arc<Notify>,
    /// Where webhooks may be.
    pub destinations: Destinations,
    /// Of what has to be shown to see the numbers for monitoring; without it nobody sees them.
    pub metrics_token: Option<Hash>,
    /// The proxy that is believed when it says for whom it asks.
    pub trusted_proxy: Option<IpAddr>,
    /// How often something was asked for.
    pub limits: Limits,
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

/// A form that is filled in by hand is much smaller than this.
const MAX_FORM_BYTES: usize = 64 << 10;

/// The addresses of pages that are one visitor's own.
fn private() -> Router<SharedSite> {
    Router::new()
        .route("/inloggen", get(pages::login::show).post(pages::login::ask))
        .route("/inloggen/code", get(pages::login::code).post(pages::login::enter_code))
        .route("/inloggen/link/{token}", get(pages::login::link).post(pages::login::enter_link))
        .route("/mijn", get(pages::account::show).post(pages::account::change))
        .route("/mijn/export.json", get(pages::account::export))
        .route("/mijn/sessies", get(pages::sessions::show).post(pages::sessions::end))
        .route("/mijn/berichten", get(pages::messages::list))
        .route("/mijn/berichten/{number}", get(pages::messages::show))
        .route("/mijn/berichten/{number}/html", get(pages::messages::html))
        .route(
            "/uitschrijven/{what}/{signature}",
            get(pages::unsubscribe::show).post(pages::unsubscribe::stop),
        )
        .route("/mijn/monitors", get(watching::list).post(watching::make))
        .route("/mijn/monitors/nieuw", get(watching::new))
        .route("/mijn/monitors/{id}", get(watching::edit).post(watching::change))
        .route("/mijn/monitors/{id}/pauze", post(watching::pause))
        .route("/mijn/monitors/{id}/demp", post(watching::mute))
        .route("/mijn/monitors/{id}/weg", post(watching::remove))
        .route("/mijn/webhooks", get(pages::webhooks::list).post(pages::webhooks::make))
        .route("/mijn/webhooks/{id}", get(pages::webhooks::show))
        .route("/mijn/webhooks/{id}/proef", post(pages::webhooks::try_it))
        .route("/mijn/webhooks/{id}/weg", post(pages::webhooks::remove))
        .route("/mijn/adres", post(watching::give_address))
        .route("/abonnement/{name}", get(watching::private_feed))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(from_fn(respond::private))
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
        .route("/document/{nummer}/vergelijk", get(pages::vergelijk::show))
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
        .route("/zoeken.json", get(pages::search::json))
        .route("/zoeken.csv", get(pages::search::csv))
        .route("/zoeken.atom", get(pages::search::atom))
        .route("/zoeken/gelijkend", get(pages::search::similar::show))
        .route("/zoeken/suggesties", get(pages::search::suggestions::show))
        .route("/status", get(pages::status::show))
        .route("/wat-is-dit", get(pages::about::show))
        .route("/begrippen", get(pages::glossary::show))
        .route("/health", get(pages::operation::health))
        .route("/metrics", get(pages::operation::metrics))
        .route("/robots.txt", get(pages::sitemap::robots))
        .route(
            "/sitemap.xml",
            get(|State(site): State<SharedSite>| pages::sitemap::index(site, sitemap)),
        )
        .route("/sitemap/{name}", get(pages::sitemap::part))
        .route("/assets/{name}", get(assets::asset))
        .route("/wijzigingen", get(|site, asked| watching::show(&watching::ALL, site, asked)))
        .route(
            "/wijzigingen.atom",
            get(|site, headers, uri| watching::atom(&watching::ALL, site, headers, uri)),
        )
        .route(
            "/agendawijzigingen",
            get(|site, asked| watching::show(&watching::AGENDA, site, asked)),
        )
        .route(
            "/agendawijzigingen.atom",
            get(|site, headers, uri| watching::atom(&watching::AGENDA, site, headers, uri)),
        )
        .merge(private())
        .fallback(pages::redirect::old_or_missing)
        .method_not_allowed_fallback(error::no_such_method)
        .with_state(site.clone());
    respond::around(router, site)
}
