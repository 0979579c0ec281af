//! Starting the server, and reading from it.

use std::sync::LazyLock;

use feed::{Client, Sources};
use model::{Category, Entry};
use replay::{Drip, Faults, Magazijn, Recording, Source, Timeline};
use tokio::net::TcpListener;
use url::Url;

/// The recorded sample.
pub(crate) fn sample(drip: Option<Drip>) -> Magazijn {
    static SAMPLE: LazyLock<Recording> = LazyLock::new(|| Recording::open(Source::Sample).unwrap());
    Timeline::new(SAMPLE.clone(), drip).into()
}

/// Faults by their textual form.
pub(crate) fn faults(text: &str) -> Faults {
    text.parse::<Faults>().unwrap().with_seed(7)
}

/// Serves on a port of its own, whose address it gives.
pub(crate) async fn serve(magazijn: impl Into<Magazijn>, faults: Faults) -> Url {
    let router = replay::router(magazijn, faults);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(replay::serve(listener, router, std::future::pending()));
    address
}

pub(crate) fn client(address: &Url) -> Client {
    let feed = address.join("SyncFeed/2.0").unwrap();
    Client::new(Sources { feed, publications: address.clone() }, None).unwrap()
}

pub(crate) async fn get(url: Url) -> (u16, String) {
    let response = http().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Tells the server at this address to do something: `bump?count=10`.
pub(crate) async fn control(address: &Url, what: &str) -> (u16, String) {
    let url = address.join("control/").unwrap().join(what).unwrap();
    let response = http().post(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

pub(crate) fn http() -> &'static reqwest::Client {
    // Each test has a runtime of its own, so no connection may be left over for the next.
    static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
        // Fails only if it was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
    });
    &HTTP
}

/// All entries of a category, and the pages that it took.
pub(crate) async fn whole_feed(client: &Client, category: Category) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    let mut token = None;
    let mut pages = 0;
    loop {
        let page = client.page(category, token).await.unwrap();
        assert_eq!(page.oddities, [], "{category}");
        assert!(page.entries.len() <= 250);
        if page.entries.is_empty() {
            return (entries, pages);
        }
        assert_eq!(page.next, page.entries.last().map(|entry| entry.token));
        token = page.next;
        pages += 1;
        entries.extend(page.entries);
    }
}
