//! After an upgrade that brought another reader of the wire format: reading everything again from the
//! entries as published, which are kept, without asking the source.

use anyhow::Result;
use feed::wire::{READER_VERSION, parse_entity};
use model::Uuid;
use store::Store;
use store::reread::Reread;

use super::Pipeline;

/// Entities read between two transactions.
const BATCH: usize = 1_000;

/// Reads everything again, if another version of the reader made what is stored. If that is cut
/// short, it begins again at the next start.
pub(super) async fn run(pipeline: &Pipeline) -> Result<()> {
    match pipeline.blocking(Store::reader_version).await? {
        Some(READER_VERSION) => return Ok(()),
        None => {}
        Some(_) => {
            let stop = pipeline.stop.clone();
            let store = pipeline.store.clone();
            let again = move || reread_all(&store, || stop.is_cancelled());
            let Some(Again { read, differing }) = tokio::task::spawn_blocking(again).await?? else {
                return Ok(());
            };
            tracing::info!(read, differing, "what is stored was read again by a newer reader");
        }
    }
    pipeline.blocking(|store| store.set_reader_version(READER_VERSION)).await
}

/// What reading everything again came to, in entities.
pub(crate) struct Again {
    /// Read.
    pub(crate) read: usize,
    /// That came to be something else than what was stored.
    pub(crate) differing: usize,
}

/// Reads everything again and puts right what differs; `None` if it was to stop before the end.
pub(crate) fn reread_all(store: &Store, stop: impl Fn() -> bool) -> Result<Option<Again>> {
    let mut after = Uuid::nil();
    let mut again = Again { read: 0, differing: 0 };
    loop {
        let (entities, next) = store.raw_after(after, BATCH)?;
        let Some(next) = next else { return Ok(Some(again)) };
        after = next;
        if stop() {
            return Ok(None);
        }
        again.read += entities.len();
        let mut reread = Vec::with_capacity(entities.len());
        for published in entities {
            match parse_entity(&published.raw) {
                Ok(Some((entity, file))) => {
                    let (id, token) = (published.id, published.token);
                    reread.push(Reread { id, token, entity, file });
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(entity = %published.id, "what is kept cannot be read: {error}");
                }
            }
        }
        again.differing += store.put_again(reread)?;
    }
}
