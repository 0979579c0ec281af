//! `griffier watch`: sending people what they watch, beside a process that fills the data folder.
//!
//! What happened and who is to be told of it is found out where the data come in, by `sync`. What is left
//! is delivery, of that and of the mail with which people log in.

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use store::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use watch::{Delivery, Letterhead};

use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
}

pub(super) async fn run(options: Options, stop: CancellationToken) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    let folder = Folder::open_to_read(&config.data)?;
    let store = folder.store()?;
    let letterhead = letterhead(&config, &store, config.listen)?;
    let Some(turn) = Turn::take(&config, &folder, &store, &letterhead, &Arc::default())? else {
        bail!("there is no way to send anything: set --smtp, or --mail-folder for a trial");
    };
    if config.public_url.is_none() {
        tracing::warn!("--public-url is not set: links in mail lead to http://{}/", config.listen);
    }
    tracing::info!("delivering");
    turn.deliver(stop).await
}

/// What mail has in common. Links in it lead to the public address, or else to where the site listens.
pub(super) fn letterhead(
    config: &Config,
    store: &Store,
    listens_at: SocketAddr,
) -> Result<Letterhead> {
    let site = match &config.public_url {
        Some(url) => url.clone(),
        None => format!("http://{listens_at}/").parse()?,
    };
    Ok(Letterhead::new(&site, &store.secret(&watch::secret::fresh()?)?))
}

/// The delivery of what is to be sent from a data folder, which no other process does meanwhile.
pub(super) struct Turn {
    delivery: Delivery,
    /// The system lets go of it whatever happens to us.
    _lock: File,
}

impl Turn {
    /// Takes the delivery upon this process, if there is a way to send mail.
    pub(super) fn take(
        config: &Config,
        folder: &Folder,
        store: &Store,
        letterhead: &Letterhead,
        waiting: &Arc<Notify>,
    ) -> Result<Option<Self>> {
        let Some(outlet) = config.outlet.clone() else { return Ok(None) };
        let host = config.public_url.as_ref().and_then(|url| url.host_str()).unwrap_or("localhost");
        let from =
            config.mail_from.clone().unwrap_or_else(|| format!("Griffier <griffier@{host}>"));
        let from = from.parse().with_context(|| {
            format!(
                "mail cannot come from {from:?}: set --mail-from to an address such as \
                 griffier@example.nl"
            )
        })?;
        let delivery = Delivery {
            store: store.clone(),
            letterhead: letterhead.clone(),
            outlet,
            from,
            destinations: config.destinations.clone(),
            waiting: Arc::clone(waiting),
        };
        Ok(Some(Self { delivery, _lock: folder.lock_for_delivery()? }))
    }

    /// Delivers until it is time to stop. If that cannot go on, all ends.
    pub(super) async fn deliver(self, stop: CancellationToken) -> Result<()> {
        let delivered = self.delivery.run(stop.clone()).await.context("mail cannot be sent");
        stop.cancel();
        delivered
    }
}
