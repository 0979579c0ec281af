//! `griffier backup`: a copy of the data folder, while another process may be using it.
//!
//! The copy is a data folder itself: `griffier up --data` runs on it. The index is not copied; it is
//! made again from the database.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use content::FileStore;
use store::Store;
use store::check::kept_files;

use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
    /// The folder to copy to; what an earlier backup left there is brought up to date
    #[arg(value_name = "DIR")]
    target: PathBuf,
}

#[expect(clippy::print_stdout, reason = "what was copied is what the command is asked for")]
pub(super) fn run(options: Options) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    let source = Folder::open_to_read(&config.data)?;
    // Locked, so that no two backups go to the same folder, and none to one that is in use.
    let target = Folder::open(&options.target)?;
    if same_folder(&config.data, &options.target) {
        bail!("{} is the data folder itself: name another", options.target.display());
    }

    // The database first: a file that it speaks of is already in the folder.
    let coming = options.target.join("griffier.db.coming");
    if coming.exists() {
        fs::remove_file(&coming).with_context(|| format!("{} is in the way", coming.display()))?;
    }
    source.store()?.copy_to(&coming)?;
    let (copied, missing) = {
        let snapshot = Store::open(&coming)?;
        copy_files(
            &snapshot,
            &FileStore::to_read(source.files()),
            &FileStore::open(target.files())?,
        )?
    };
    for extension in ["-wal", "-shm"] {
        let beside = PathBuf::from(format!("{}{extension}", coming.display()));
        if beside.exists() {
            fs::remove_file(&beside)?;
        }
    }
    File::open(&coming)?.sync_all()?;
    fs::rename(&coming, target.database())
        .with_context(|| format!("{} cannot be put in place", target.database().display()))?;
    File::open(&options.target)?.sync_all()?;
    println!("{} holds the database and {copied} files", options.target.display());
    if missing > 0 {
        println!(
            "{missing} files were not there or damaged: `griffier check` says which, and the copy \
             fetches them again when it is used"
        );
    }
    Ok(())
}

fn same_folder(one: &PathBuf, other: &PathBuf) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Copies the files that a database speaks of; gives how many are there now, and how many were not to
/// be had.
fn copy_files(store: &Store, from: &FileStore, to: &FileStore) -> Result<(usize, usize)> {
    let (mut copied, mut missing) = (0, 0);
    let files = kept_files(&store.reader()?)?;
    for file in files {
        if to.copy_from(from, file.sha256.parse()?)? {
            copied += 1;
        } else {
            store.file_lost(&file.sha256)?;
            missing += 1;
        }
    }
    Ok((copied, missing))
}
