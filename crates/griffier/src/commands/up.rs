//! `griffier up`: everything in one process.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use content::FileStore;
use feed::{Client, Sources};
use model::Clock;
use replay::{Drip, Faults, Recording, Source, Timeline};
use search::{Opened, SearchIndex};
use site::{Limits, Site};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::watch::{Turn, letterhead};
use crate::config::{Config, Given};
use crate::folder::Folder;
use crate::pipeline::{Pace, Pipeline};
use crate::progress;

/// Wednesday 2 July 2025, 12:00 in Amsterdam: where the demo's clock stands.
const DEMO_MOMENT: &str = "2025-07-02T10:00:00Z";
/// In the demo, what came later comes in so many times as fast.
const DEMO_SPEED: f64 = 120.0;
const DEMO_POLL: Duration = Duration::from_secs(5);

/// What a data folder holds: a folder of the one kind is not filled further with the other.
pub(super) const REAL: &str = "real";
pub(super) const DEMO: &str = "demo";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
    /// Run on the real recorded data that comes with the program, without a network
    #[arg(long)]
    demo: bool,
    /// In the demo, what came after its moment comes in so many times as fast; 0: not at all
    #[arg(long, value_name = "TIMES", requires = "demo", default_value_t = DEMO_SPEED)]
    drip: f64,
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let mut config = Config::settle(options.given, options.demo)?;
    let folder = Folder::open(&config.data)?;
    let store = folder.store()?;
    belongs_to(&store, &config.data, if options.demo { DEMO } else { REAL })?;
    let index = open_index(&folder, &store)?;
    // Before the work begins: a port that is taken should not cost an hour of fetching.
    let listener = listen(config.listen).await?;

    let clock = if options.demo {
        let clock = demo_clock()?;
        // What has come in before does not go back into the future.
        let moment = store.newest()?.map_or(clock.now(), |newest| newest.max(clock.now()));
        let address =
            start_replay(Drip { start: moment, speed: options.drip }, stop.clone()).await?;
        config.feed = address.join("SyncFeed/2.0")?;
        config.publications = address;
        config.poll.get_or_insert(DEMO_POLL);
        clock
    } else {
        Clock::System
    };
    let pipeline = open_pipeline(&config, &folder, store.clone(), clock, stop.clone())?;
    let site =
        site(&config, store, pipeline.files.clone(), index.clone(), clock, listener.local_addr()?)?;
    let turn = Turn::take(&config, &folder, &site.store, &site.letterhead, &site.mail_waiting)?;
    let (work, delivered, serving) = tokio::join!(
        run_pipeline(pipeline, index, stop.clone()),
        async {
            match turn {
                Some(turn) => turn.deliver(stop.clone()).await,
                None => Ok(()),
            }
        },
        serve(listener, site, stop.clone()),
    );
    work.and(delivered).and(serving)
}

/// The site of a data folder, served at an address of this machine.
pub(super) fn site(
    config: &Config,
    store: Store,
    files: Arc<FileStore>,
    index: Arc<SearchIndex>,
    clock: Clock,
    listens_at: SocketAddr,
) -> Result<Site> {
    Ok(Site {
        letterhead: letterhead(config, &store, listens_at)?,
        demo: store.purpose()?.as_deref() == Some(DEMO),
        store,
        files,
        index,
        clock,
        public_url: public_url(config),
        outlet: config.outlet.clone(),
        mail_waiting: Arc::default(),
        destinations: config.destinations.clone(),
        metrics_token: config.metrics_token.as_deref().map(watch::secret::hash),
        trusted_proxy: config.trusted_proxy,
        limits: Limits::default(),
        turns: Semaphore::new(site::AT_ONCE),
    })
}

/// The demo's clock.
pub(super) fn demo_clock() -> Result<Clock> {
    Ok(Clock::Standing(DEMO_MOMENT.parse()?))
}

/// Serves the sample on a port of its own, and gives its address.
async fn start_replay(drip: Drip, stop: CancellationToken) -> Result<Url> {
    let recording = tokio::task::spawn_blocking(|| Recording::open(Source::Sample)).await??;
    let router = replay::router(Timeline::new(recording, Some(drip)), Faults::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}/", listener.local_addr()?).parse()?;
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = served.await {
            tracing::error!("the recorded data cannot be served: {error}");
        }
    });
    Ok(address)
}

/// Notes what a fresh folder is for, and refuses one that holds something else.
pub(super) fn belongs_to(store: &Store, folder: &Path, purpose: &str) -> Result<()> {
    let found = store.claim(purpose)?;
    if found != purpose {
        bail!(
            "{} holds {found} data, and these are {purpose} data: choose another folder with --data",
            folder.display()
        );
    }
    Ok(())
}

/// Opens the index. One that another version made, or that has seen changes which the store has not
/// (after a power cut, or with an older database put back), is begun anew: the change log fills it
/// again.
pub(super) fn open_index(folder: &Folder, store: &Store) -> Result<Arc<SearchIndex>> {
    let opened = SearchIndex::open(&folder.index()).context("the search index cannot be opened")?;
    let index = match opened {
        Opened::Ready(index) if i64::try_from(index.applied()?)? <= store.last_change()? => index,
        Opened::Ready(index) => {
            tracing::warn!("the search index is ahead of the database; it is made anew");
            drop(index);
            SearchIndex::recreate(&folder.index())?
        }
        Opened::Outdated => {
            tracing::warn!("the search index is of another version; it is made anew");
            SearchIndex::recreate(&folder.index())?
        }
    };
    Ok(Arc::new(index))
}

pub(super) fn open_pipeline(
    config: &Config,
    folder: &Folder,
    store: Store,
    clock: Clock,
    stop: CancellationToken,
) -> Result<Pipeline> {
    let sources = Sources { feed: config.feed.clone(), publications: config.publications.clone() };
    let client = Client::new(sources, public_url(config).as_deref())
        .context("the client for the source cannot be made")?;
    let files = FileStore::open(folder.files())?;
    let pace = config.poll.map_or(Pace::Adaptive, Pace::Fixed);
    Pipeline::new(store, client, files, pace, config.limits, clock, stop)
}

/// Runs the pipeline until it is time to stop, and shows how far it is.
pub(super) async fn run_pipeline(
    pipeline: Pipeline,
    index: Arc<SearchIndex>,
    stop: CancellationToken,
) -> Result<()> {
    let (counters, store) = (pipeline.counters.clone(), pipeline.store.clone());
    let (result, ()) = tokio::join!(pipeline.run(index), progress::show(&counters, &store, stop));
    result
}

pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on: choose another address with --listen")
    })
}

/// Serves the site until it is time to stop.
pub(super) async fn serve(
    listener: TcpListener,
    site: Site,
    stop: CancellationToken,
) -> Result<()> {
    tracing::info!("the site is at http://{}/", listener.local_addr()?);
    let service = site::router(site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .context("the site cannot be served")
}

/// The address under which readers know the site, without a slash at the end.
pub(super) fn public_url(config: &Config) -> Option<String> {
    config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned())
}
