//! Small choices of words that templates share.

use model::address;
use model::entities::Besluit;
use store::read::DocumentLine;
use store::read::activiteit::Verwantschap;
use store::read::besluit::Stem;

/// The first of two that says something. Upstream leaves both out now and then.
pub(crate) fn or<'t>(first: &'t Option<String>, second: &'t Option<String>) -> &'t str {
    let said =
        |text: &'t Option<String>| text.as_deref().map(str::trim).filter(|it| !it.is_empty());
    said(first).or_else(|| said(second)).unwrap_or("(zonder titel)")
}

/// The first of several texts that says something; empty if none does.
pub(crate) fn first<'t>(texts: &[&'t str]) -> &'t str {
    texts.iter().map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The second text, if it says something that the first does not.
pub(crate) fn besides(first: &Option<String>, second: &Option<String>) -> Option<String> {
    if first.is_some() && first != second { second.clone() } else { None }
}

/// The text, or that there is none.
pub(crate) fn one(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("(zonder naam)")
}

/// How a kamerstuk is called: `36 800-XVI, nr. 12`. Nothing for what is no kamerstuk.
pub(crate) fn kamerstuk(document: &DocumentLine) -> Option<String> {
    let dossier = document.dossier.as_ref()?.printed();
    Some(match document.volgnummer.filter(|nummer| *nummer > 0) {
        Some(nummer) => format!("{dossier}, nr. {nummer}"),
        None => dossier,
    })
}

/// What was decided, in as few words as the source gives.
pub(crate) fn besluit(besluit: &Besluit) -> String {
    let text = besluit.besluit_tekst.as_deref().or(besluit.besluit_soort.as_deref());
    match (text, besluit.status.as_deref()) {
        (Some(text), Some(status @ ("Voorstel" | "Concept voorstel"))) => {
            format!("{} ({})", text.trim_end_matches('.'), status.to_lowercase())
        }
        (Some(text), _) => text.to_owned(),
        (None, Some(status)) => status.to_owned(),
        (None, None) => "Besluit".to_owned(),
    }
}

/// The page of the member who gave this vote.
pub(crate) fn stem_address(stem: &Stem) -> Option<String> {
    stem.persoon.as_deref().map(address::persoon)
}

/// Why a file has no text that can be read, from the code that the extractor gave.
pub(crate) fn extract_problem(problem: &str) -> &'static str {
    match problem.split(':').next().unwrap_or_default() {
        "no-text" => "Er staat geen tekst in die te lezen is; waarschijnlijk is het een scan.",
        "unsupported" => "De tekst van dit soort bestanden kan hier nog niet worden gelezen.",
        "encrypted" => "Het bestand is met een wachtwoord beveiligd.",
        "too-large" => "Het bestand is te groot.",
        "timeout" => "Het lezen duurde te lang.",
        "damaged" | "crashed" => "Het bestand is beschadigd.",
        _ => "Het bestand kon niet worden gelezen.",
    }
}

/// How another activiteit relates to this one.
pub(crate) fn verwantschap(how: &Verwantschap) -> &'static str {
    match how {
        Verwantschap::VoortgezetVanuit => "Voortzetting van",
        Verwantschap::VoortgezetIn => "Wordt voortgezet in",
        Verwantschap::VervangenVanuit => "In plaats van",
        Verwantschap::VervangenDoor => "Vervangen door",
    }
}
