//! The words of parliament, explained once. A page that uses one of them links it to its explanation
//! on `/begrippen`.

/// A word with its explanation.
pub(crate) struct Term {
    /// The word, as it begins a sentence.
    pub(crate) word: &'static str,
    /// What it means, in plain Dutch.
    pub(crate) meaning: &'static str,
}

impl Term {
    /// Its place on the page.
    pub(crate) fn anchor(&self) -> String {
        let word = self.word.to_lowercase();
        word.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
    }
}

const fn term(word: &'static str, meaning: &'static str) -> Term {
    Term { word, meaning }
}

/// All words, in the order of the alphabet.
pub(crate) static TERMS: &[Term] = &[
    term(
        "Aangehouden",
        "De indiener stelt de stemming over een motie of amendement uit. De motie blijft liggen tot \
         de indiener er alsnog over wil laten stemmen.",
    ),
    term("Activiteit", "Een vergadering, debat, werkbezoek of andere bijeenkomst, met een agenda."),
    term("Afgedaan", "De Kamer is klaar met de zaak."),
    term("Agendapunt", "Een onderwerp op de agenda van een activiteit."),
    term(
        "Amendement",
        "Een voorstel van Kamerleden om een wetsvoorstel op een punt te veranderen. De Kamer stemt \
         erover voordat zij over de wet stemt.",
    ),
    term(
        "Appreciatie",
        "Het oordeel van het kabinet over een motie of amendement, zoals Oordeel Kamer of Ontraden.",
    ),
    term("Besluit", "Wat de Kamer over een zaak beslist, vaak na een stemming."),
    term("Bewindspersoon", "Een minister of staatssecretaris."),
    term(
        "Bijgewerkt",
        "Wanneer de Kamer de gegevens voor het laatst aanraakte. Dat betekent niet altijd dat er iets \
         veranderde.",
    ),
    term(
        "Commissie",
        "Een groep Kamerleden die zich met een onderwerp bezighoudt, bijvoorbeeld de zorg. Een \
         commissie bereidt het werk voor en debatteert met bewindspersonen.",
    ),
    term("Commissiedebat", "Een debat van een commissie met een minister of staatssecretaris."),
    term(
        "Document",
        "Een stuk op papier, met een nummer zoals 2019D53771. Bij een zaak horen vaak meer documenten.",
    ),
    term(
        "Dossier",
        "De genummerde map met stukken over een onderwerp, zoals 36 800-XVI. Voluit: kamerstukdossier. \
         Het deel achter het streepje heet de toevoeging.",
    ),
    term(
        "Fractie",
        "De Kamerleden van een partij samen. Ook een Kamerlid dat alleen verdergaat, heet een fractie.",
    ),
    term(
        "Hoofdelijk",
        "Bij een hoofdelijke stemming zegt elk Kamerlid om de beurt voor of tegen. Anders stemt de \
         Kamer met handopsteken, per fractie.",
    ),
    term("Kamerstuk", "Een document met een nummer in een dossier: 36 800-XVI, nr. 12."),
    term(
        "Motie",
        "Een uitspraak of verzoek van Kamerleden, waarover de Kamer stemt. De regering hoeft een \
         aangenomen motie niet uit te voeren, maar moet wel uitleggen waarom niet.",
    ),
    term(
        "Nevenfunctie",
        "Werk dat een Kamerlid naast het Kamerlidmaatschap doet. Kamerleden melden dat zelf, met wat \
         ze eraan verdienen.",
    ),
    term("Officiële publicatie", "Hetzelfde stuk zoals het op officielebekendmakingen.nl staat."),
    term("Ontraden", "Het kabinet raadt de Kamer aan tegen de motie of het amendement te stemmen."),
    term(
        "Oordeel Kamer",
        "Het kabinet heeft geen bezwaar tegen de motie of het amendement, en laat het oordeel aan de \
         Kamer.",
    ),
    term("Plenair", "Met de hele Kamer, in de plenaire zaal."),
    term(
        "Procedurevergadering",
        "Een vergadering waarin een commissie afspreekt hoe en wanneer zij stukken behandelt.",
    ),
    term(
        "Rondvraag",
        "Het laatste punt van een vergadering, waarin leden nog iets kunnen voorstellen.",
    ),
    term(
        "Schriftelijke vragen",
        "Vragen van Kamerleden aan een minister of staatssecretaris. Het antwoord moet binnen drie \
         weken komen. Lukt dat niet, dan laat de minister dat weten.",
    ),
    term(
        "Stemming",
        "De Kamer stemt voor of tegen een voorstel. Wie de meeste zetels achter zich heeft, wint.",
    ),
    term(
        "Stenogram",
        "Wat er in een vergadering gezegd is, woord voor woord, voordat het is nagekeken.",
    ),
    term("Toezegging", "Een belofte van een bewindspersoon aan de Kamer."),
    term(
        "Tweeminutendebat",
        "Een kort debat na een commissiedebat, waarin Kamerleden moties kunnen indienen. Elke fractie \
         krijgt twee minuten.",
    ),
    term("Vacature", "Een zetel die op dit moment leeg is."),
    term(
        "Vergissing",
        "Een fractie of Kamerlid liet weten anders te hebben willen stemmen. De stem telt zoals zij is \
         uitgebracht.",
    ),
    term(
        "Verslag",
        "Wat er in een vergadering gezegd is. Eerst ongecorrigeerd, later gecorrigeerd.",
    ),
    term(
        "Volgnummer",
        "Het nummer van een stuk in zijn dossier: het laatste deel van 36 800-XVI, nr. 12.",
    ),
    term("Voortouw", "De commissie met het voortouw gaat over een zaak of activiteit."),
    term(
        "Wetgevingsoverleg",
        "Een debat van een commissie over een wetsvoorstel of een deel van de begroting.",
    ),
    term(
        "Wetsvoorstel",
        "Een wet die nog moet worden aangenomen: eerst door de Tweede Kamer, dan door de Eerste Kamer. \
         In de gegevens heet de zaak Wetgeving of Initiatiefwetgeving.",
    ),
    term(
        "Zaak",
        "Iets waarover de Kamer beslist of praat, zoals een motie, een wetsvoorstel, een brief of \
         schriftelijke vragen. Een zaak heeft een nummer met een Z.",
    ),
    term("Zetel", "Een plaats in de Kamer. Er zijn er 150."),
];

/// A word as HTML: linked to its explanation if it has one, and else as it is.
pub(crate) fn linked(word: &str) -> String {
    let escaped = escape(word);
    match TERMS.iter().find(|term| term.word.eq_ignore_ascii_case(word)) {
        Some(term) => format!(
            "<a class=\"term\" href=\"/begrippen#{}\" title=\"{}\">{escaped}</a>",
            term.anchor(),
            escape(term.meaning)
        ),
        None => escaped,
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_parliament_leads_to_its_explanation_in_any_case() {
        assert_eq!(
            linked("voortouw"),
            "<a class=\"term\" href=\"/begrippen#voortouw\" title=\"De commissie met het voortouw \
             gaat over een zaak of activiteit.\">voortouw</a>"
        );
        assert_eq!(linked("Oordeel Kamer").matches("#oordeel-kamer").count(), 1);
    }

    #[test]
    fn other_words_are_text() {
        assert_eq!(linked("<b>Brief & zo</b>"), "&lt;b&gt;Brief &amp; zo&lt;/b&gt;");
    }

    #[test]
    fn the_words_are_in_order_and_each_has_a_place_of_its_own() {
        let words: Vec<&str> = TERMS.iter().map(|term| term.word).collect();
        assert!(words.is_sorted(), "{words:?}");
        let mut anchors: Vec<String> = TERMS.iter().map(Term::anchor).collect();
        anchors.dedup();
        assert_eq!(anchors.len(), TERMS.len());
    }

    #[test]
    fn every_word_that_a_template_explains_is_explained() {
        let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut used = 0;
        let mut folders = vec![templates];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for part in text.split("glossary::linked(\"").skip(1) {
                    let word = part.split_once('"').unwrap().0;
                    assert!(linked(word).starts_with("<a "), "{word} in {}", path.display());
                    used += 1;
                }
            }
        }
        assert!(used > 10, "{used}");
    }
}
