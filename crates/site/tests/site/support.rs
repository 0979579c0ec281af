//! A site on a store that is empty at first.

use std::io::Read;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response};
use content::FileStore;
use jiff::Timestamp;
use model::{Clock, Entity, Entry, State};
use search::SearchIndex;
use site::{AT_ONCE, Limits, Site};
use store::Store;
use store::cursor::Pass;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use watch::webhook::Destinations;
use watch::{Letterhead, Outlet};

/// The address of a site that is reached over TLS.
pub(crate) const SECURE: &str = "https://griffier.nl";

pub(crate) struct Fresh {
    pub(crate) site: Arc<Site>,
    router: axum::Router,
    pub(crate) store: Store,
    folder: tempfile::TempDir,
}

impl Fresh {
    pub(crate) fn new() -> Self {
        Self::at(None)
    }

    /// One that is known under an address, and can send mail.
    pub(crate) fn at(public_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("griffier.db")).unwrap();
        let files = Arc::new(FileStore::open(folder.path().join("files")).unwrap());
        let index = Arc::new(SearchIndex::recreate(&folder.path().join("index")).unwrap());
        let made = || Site {
            store: store.clone(),
            files: files.clone(),
            index: index.clone(),
            clock: Clock::Standing("2025-07-04T10:00:00Z".parse().unwrap()),
            public_url: public_url.map(String::from),
            demo: false,
            outlet: Some(Outlet::Folder(folder.path().join("mail"))),
            letterhead: letterhead(),
            mail_waiting: Arc::default(),
            destinations: Destinations::default(),
            metrics_token: None,
            trusted_proxy: None,
            limits: Limits::default(),
            turns: Semaphore::new(AT_ONCE),
        };
        Self { site: Arc::new(made()), router: site::router(made()), store: store.clone(), folder }
    }

    /// What the source published now, at a moment.
    pub(crate) fn publish(&self, entity: Entity, moment: &str) {
        let updated: Timestamp = moment.parse().unwrap();
        let token = updated.as_second();
        let entry = Entry {
            token,
            id: entity.id(),
            category: entity.category(),
            updated: Some(updated),
            bijgewerkt: None,
            state: State::Present { entity: Box::new(entity), file: None, raw: String::new() },
        };
        self.store.apply(entry.category, vec![entry], &[], Pass::Live, Some(token)).unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, address: &str) -> Response<Body> {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// The page at an address, with the code that it comes with.
    pub(crate) async fn page(&self, address: &str) -> (u16, String) {
        text(self.get(address).await).await
    }

    /// The folder that everything is in.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead::new(&SECURE.parse().unwrap(), "key")
}

/// An answer's code and its text.
pub(crate) async fn text(response: Response<Body>) -> (u16, String) {
    let status = response.status().as_u16();
    let is_packed = response.headers().contains_key("content-encoding");
    let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
    assert!(!is_packed, "not asked for");
    let mut text = String::new();
    bytes.as_ref().read_to_string(&mut text).unwrap();
    (status, text)
}
