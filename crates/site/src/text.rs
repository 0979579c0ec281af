//! Small choices of words that templates share.

use jiff::civil::Date;
use model::entities::Besluit;
use store::read::DocumentLine;
use store::read::activiteit::Verwantschap;
use store::read::besluit::BesluitLine;
use store::read::dossier::Stemmingen;
use store::read::toezegging::Verband;
use store::read::vraag::{Dagen, Stand};

use crate::format;

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

/// What a decision is about: its first zaak, or else the decision itself.
pub(crate) fn about(besluit: &BesluitLine) -> String {
    match besluit.zaken.first() {
        Some(zaak) => or(&zaak.onderwerp, &zaak.titel).to_owned(),
        None => self::besluit(&besluit.besluit),
    }
}

/// How many things of a kind were voted on: `12 moties`.
pub(crate) fn votes(votes: &Stemmingen) -> String {
    let kind = match votes.soort.as_str() {
        "Motie" => "moties",
        "Amendement" => "amendementen",
        other => other,
    };
    format!("Stemmingen over {} {kind}", votes.aangenomen + votes.verworpen)
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

/// How it stands with written questions, in words; late ones are to be marked.
pub(crate) fn stand(dagen: &Dagen, today: &Date) -> (&'static str, bool) {
    match dagen.stand(*today) {
        Stand::Beantwoord => ("beantwoord", false),
        Stand::Ingetrokken => ("ingetrokken", false),
        Stand::Afgedaan => ("afgedaan, zonder antwoord dat hier bekend is", false),
        Stand::Open => ("nog geen antwoord", false),
        Stand::Uitgesteld => ("uitstel gevraagd", false),
        Stand::TeLaat => ("te laat", true),
    }
}

/// For how long questions have been open, or were until their answer: `12 dagen`.
pub(crate) fn geduurd(dagen: &Dagen, today: &Date) -> String {
    format::day_count(&dagen.geduurd(*today))
}

/// How another toezegging relates to this one.
pub(crate) fn verband(how: &Verband) -> &'static str {
    match how {
        Verband::HerhalingVan => "Herhaling van",
        Verband::HerhaaldIn => "Herhaald in",
        Verband::AanvullingOp => "Aanvulling op",
        Verband::AangevuldIn => "Aangevuld in",
        Verband::WijzigingVan => "Wijziging van",
        Verband::GewijzigdIn => "Gewijzigd in",
    }
}

/// A part of a sentence, joined with others by commas.
pub(crate) fn sentence(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The text, cut off behind a word if it is longer than this many characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most).collect();
    let whole = start.rsplit_once(' ').map_or(start.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', '.', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(shortened("De minister zegt toe, en wel nu.", 22), "De minister zegt toe…");
        assert_eq!(shortened("Kort.", 22), "Kort.");
    }
}
