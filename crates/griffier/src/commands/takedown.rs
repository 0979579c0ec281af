//! `griffier takedown`: taking an item down, with a reason that its page shows.

use anyhow::{Context, Result, bail};
use clap::Args;
use feed::wire::parse_entity;
use model::address;
use model::kamerstuk::DossierNummer;
use store::Store;
use store::reread::Reread;
use store::takedown::takedowns;

use crate::config::{Config, Given};
use crate::folder::Folder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
    /// The number of a document, zaak, activiteit or dossier, or the address of its page
    #[arg(value_name = "NUMBER", required_unless_present = "list")]
    item: Option<String>,
    /// Why it is taken down, in Dutch: readers see it
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["undo", "list"])]
    reason: Option<String>,
    /// Put back what was taken down
    #[arg(long, conflicts_with = "reason")]
    undo: bool,
    /// Print what was taken down
    #[arg(long, conflicts_with_all = ["item", "reason", "undo"])]
    list: bool,
}

#[expect(clippy::print_stdout, reason = "what was done is what the command is asked for")]
pub(super) fn run(options: Options) -> Result<()> {
    let config = Config::settle(options.given, false)?;
    // No lock: it has to be possible while the site is up, and is one transaction.
    let store = Folder::open_to_read(&config.data)?.store()?;
    if options.list {
        for takedown in takedowns(&store.reader()?)? {
            println!("{}  {}", takedown.address, takedown.reason);
        }
        return Ok(());
    }
    let item = options.item.unwrap_or_default();
    if options.undo {
        let address = put_back(&store, &item)?;
        println!("{address} is back; its file is fetched again");
        return Ok(());
    }
    let reason = options.reason.unwrap_or_default();
    if reason.trim().is_empty() {
        bail!("--reason is empty: say why, in Dutch, for those who come to the page");
    }
    for address in addresses(&item) {
        if store.take_down(&address, reason.trim())? {
            println!("{address} is taken down; it can be found for some seconds yet");
            return Ok(());
        }
    }
    bail!("{}", not_found(&item))
}

fn put_back(store: &Store, item: &str) -> Result<String> {
    let known = takedowns(&store.reader()?)?;
    let Some(address) =
        addresses(item).into_iter().find(|address| known.iter().any(|it| it.address == *address))
    else {
        bail!("{item:?} was not taken down: `griffier takedown --list` says what was");
    };
    let content = match store.taken_down_at(&address)? {
        Some(published) => parse_entity(&published.raw)
            .with_context(|| format!("what is kept of {address} cannot be read"))?
            .map(|(entity, file)| Reread {
                id: published.id,
                token: published.token,
                entity,
                file,
            }),
        None => None,
    };
    store.put_back(&address, content)?;
    Ok(address)
}

/// The addresses that a number may stand for.
fn addresses(item: &str) -> Vec<String> {
    let item = item.trim();
    if item.starts_with('/') {
        return vec![item.to_owned()];
    }
    let mut addresses =
        vec![address::document(item), address::zaak(item), address::activiteit(item)];
    addresses.extend(DossierNummer::parse(item).map(|nummer| address::dossier(&nummer)));
    addresses
}

fn not_found(item: &str) -> String {
    format!(
        "nothing here is called {item:?}: expected a number such as 2025D12345, 2025Z12345, \
         2025A12345 or 36800-XVI, or the address of a page such as /persoon/12345"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_stand_for_several_addresses_and_an_address_for_itself() {
        assert_eq!(
            addresses("36800-XVI"),
            [
                "/document/36800-XVI",
                "/zaak/36800-XVI",
                "/activiteit/36800-XVI",
                "/dossier/36800-XVI"
            ]
        );
        assert_eq!(addresses("/persoon/1"), ["/persoon/1"]);
    }
}
