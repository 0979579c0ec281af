//! Links in texts to what they refer to: here if it is known here, else where it is officially
//! published.

use content::Content;
use content::references::{Target, link, targets};
use store::read::citations::{Mention, addresses};
use store::{Reader, StoreError};

/// Makes links of the references in a text, except those to the page at `own` itself.
pub(crate) fn link_all(
    reader: &Reader,
    content: &mut Content,
    own: &str,
) -> Result<(), StoreError> {
    let mentions = targets(content).iter().filter_map(mention).collect();
    let known = addresses(reader, &mentions)?;
    link(content, &|target| {
        let here = mention(target).and_then(|mention| known.get(&mention).cloned());
        here.or_else(|| target.official()).filter(|address| address != own)
    });
    Ok(())
}

/// What may be known here.
fn mention(target: &Target) -> Option<Mention> {
    Some(match target {
        Target::Nummer(nummer) => Mention::Nummer(nummer.clone()),
        Target::Dossier(dossier) => Mention::Dossier(dossier.clone()),
        Target::Kamerstuk(dossier, nummer) => Mention::Stuk(dossier.clone(), *nummer),
        Target::Publication(identifier) => Mention::Publication(identifier.clone()),
        Target::Article(..) | Target::Celex(_) | Target::Com(..) | Target::Ecli(_) => return None,
    })
}
