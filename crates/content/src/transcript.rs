//! Transcripts of meetings (Verslagen): VLOS XML, down to each speech.
//!
//! The terms are those of the source. All text is kept, in its order; what the recording software
//! adds for itself (colours, message numbers, whether a fragment is on the "thread") is not.

use jiff::Timestamp;
use jiff::civil::Date;
use model::time::parse_moment;
use serde::{Deserialize, Serialize};

use crate::extract::ExtractError;
use crate::prose::{Block, Inline, Item, bound_blocks, tidy, write_blocks, write_inlines};
use crate::xml::{self, Element, Node};

/// How deep parts may nest in parts; in the schema an interruption is six deep.
const MAX_DEPTH: usize = 8;
/// How deep lists may nest in a text.
const MAX_BLOCK_DEPTH: usize = 3;

/// The transcript of a meeting, in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Which publication this is: `Voorpublicatie`, `Tussenpublicatie`, `Eindpublicatie`.
    pub soort: String,
    /// How far it has come: `Casco` (no speeches yet), `Ongecorrigeerd`, `Gecorrigeerd`, `Gerectificeerd`.
    pub status: String,
    /// The version of the source's format, such as "1.3".
    pub versie: String,
    /// When this version was made.
    pub timestamp: Option<Timestamp>,
    /// The meeting and all that was said in it.
    pub vergadering: Vergadering,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vergadering {
    /// The source's own identifier of it; not that of the Vergadering entity.
    pub id: String,
    /// `Plenair` or `Commissie`.
    pub soort: String,
    /// "103e vergadering, woensdag 2 juli 2025"
    pub titel: String,
    /// The room.
    pub zaal: Option<String>,
    /// "2024-2025"
    pub vergaderjaar: Option<String>,
    /// The number within that year.
    pub nummer: Option<String>,
    /// The day, in Amsterdam.
    pub datum: Option<Date>,
    /// When it began.
    pub aanvangstijd: Option<Timestamp>,
    /// When it was closed; `None` while it goes on.
    pub sluiting: Option<Timestamp>,
    /// The committees that met.
    pub commissies: Vec<Commissie>,
    /// What happened, in order.
    pub parts: Vec<Part>,
}

/// A committee, as named in a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commissie {
    /// "Defensie"
    pub naam: String,
    /// "Def"
    pub afkorting: Option<String>,
    /// `Voortouwcommissie` or `Volgcommissie`.
    pub rol: String,
}

/// Something in a transcript; the order of parts is the order in the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// An item of the agenda, or a part of one.
    Section(Section),
    /// Somebody speaks.
    Speech(Speech),
    /// Something else happens: a motion is submitted, the meeting is suspended.
    Fragment(Fragment),
    /// Text of the transcript itself.
    Text(Vec<Block>),
}

/// Which part of the agenda a section is; each is within the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// An Activiteit: a debate, the votes, the opening.
    Activiteit,
    /// A term of a debate.
    Hoofd,
    /// The turn of one speaker, or one vote.
    Deel,
    /// What belongs to that turn.
    Item,
}

/// An item of the agenda, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is a part of.
    pub level: Level,
    /// The source's own identifier.
    pub id: String,
    /// "Plenair debat", "Termijn", "Spreekbeurt", "Besluit"…
    pub soort: String,
    /// Its title. Of a `Deel` or `Item` the recording software made it up.
    pub titel: String,
    /// Its subject; of an `Activiteit` and a `Hoofd`.
    pub onderwerp: Option<String>,
    /// The nummer of the Activiteit entity ("2025A04598"); of an `Activiteit`.
    pub nummer: Option<String>,
    /// When it began.
    pub begin: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// It goes on with what an earlier meeting began.
    pub voortzetting: bool,
    /// Its subjects in the House's classification.
    pub categories: Vec<String>,
    /// What is discussed.
    pub zaken: Vec<Zaak>,
    /// Who takes part.
    pub sprekers: Vec<Spreker>,
    /// What was decided.
    pub besluit: Option<Besluit>,
    /// What happened, in order.
    pub parts: Vec<Part>,
}

/// What somebody says, up to the next speaker; interruptions are among its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    /// The source's identifier, to link to.
    pub id: String,
    /// It interrupts the speech that it is a part of.
    pub is_interruption: bool,
    /// Who speaks.
    pub spreker: Option<Spreker>,
    /// The speaker is in the chair.
    pub is_chair: bool,
    /// When it began.
    pub begin: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// How the transcript announces the speaker: "De heer **Van Nispen** (SP):".
    pub announcement: Vec<Inline>,
    /// What is said, and what comes in between.
    pub parts: Vec<Part>,
}

/// Somebody who speaks, as named in a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spreker {
    /// The source's own identifier; *not* that of the Persoon: match by name.
    pub id: String,
    /// "Tweede Kamerlid", "Minister", "Staatssecretaris", "Externe spreker"…
    pub soort: String,
    /// "Mevrouw", "De heer", "Minister"…
    pub aanhef: String,
    /// As the transcript writes it, with the first name where two share a surname: "Emiel van Dijk".
    pub verslagnaam: String,
    /// First name.
    pub voornaam: String,
    /// Surname in its natural order: "van Nispen", where the source has "Nispen van".
    pub achternaam: String,
    /// Of members of the House.
    pub fractie: Option<String>,
    /// "lid Tweede Kamer", "minister van Defensie"…
    pub functie: Option<String>,
}

impl Spreker {
    /// First name and surname: "Michiel van Nispen".
    pub fn name(&self) -> String {
        format!("{} {}", self.voornaam, self.achternaam).trim().to_owned()
    }

    /// Whether they speak for the government.
    pub fn is_government(&self) -> bool {
        let says = |text: &str| {
            let text = text.to_lowercase();
            text.starts_with("minister") || text.starts_with("staatssecretaris")
        };
        self.fractie.is_none() && (says(&self.soort) || self.functie.as_deref().is_some_and(says))
    }
}

/// Something that happens in a meeting other than speaking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fragment {
    /// The source's own identifier.
    pub id: String,
    /// "Motie indiening", "Schorsing", "Nonverbale uitingsvormen"…
    pub soort: String,
    /// When it began.
    pub begin: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// Who do it.
    pub sprekers: Vec<Spreker>,
    /// What it is about: of a motion, its number, dossier, title and submitters.
    pub zaken: Vec<Zaak>,
    /// Its text. The text of a motion is a [`Block::Quote`].
    pub text: Vec<Block>,
}

impl Fragment {
    /// The text of the motion that is submitted here.
    pub fn motion(&self) -> Option<&[Block]> {
        let is_motion = self.soort == "Motie indiening";
        self.text.iter().filter(|_| is_motion).find_map(|block| match block {
            Block::Quote(text) => Some(text.as_slice()),
            _ => None,
        })
    }
}

/// A case, as named in a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zaak {
    /// The source's own identifier.
    pub id: String,
    /// "Motie", "Brief regering"…
    pub soort: String,
    /// Its title, with who and when.
    pub titel: String,
    /// Its subject.
    pub onderwerp: Option<String>,
    /// The dossier, with its addition: "36725-VI".
    pub dossiernummer: Option<String>,
    /// The number within the dossier.
    pub stuknummer: Option<String>,
    /// The nummer of the Zaak entity ("2025Z11143"); motions do not have it yet.
    pub nummer: Option<String>,
    /// The submitters of a motion.
    pub sprekers: Vec<Spreker>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Besluit {
    /// How was decided: `Fractie` (by group, as a rule), `Hoofdelijk`…
    pub vorm: Option<String>,
    /// `Aangenomen`, `Verworpen`…
    pub uitslag: Option<String>,
    /// How each group voted.
    pub stemmingen: Vec<Stemming>,
}

/// The vote of a group, or of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stemming {
    /// Whose vote it is.
    pub naam: String,
    /// `Voor` or `Tegen`.
    pub stem: String,
}

impl Transcript {
    /// Reads a VLOS file.
    pub fn parse(bytes: &[u8]) -> Result<Self, ExtractError> {
        let root = xml::parse(bytes)?;
        let Some(vergadering) =
            root.child("vergadering").filter(|_| root.name == "vlosCoreDocument")
        else {
            return Err(ExtractError::Damaged("VLOS: there is no meeting in it".into()));
        };
        Ok(Self {
            soort: root.attribute("soort").to_owned(),
            status: root.attribute("status").to_owned(),
            versie: root.attribute("versie").to_owned(),
            timestamp: parse_moment(root.attribute("Timestamp")),
            vergadering: read_vergadering(vergadering),
        })
    }

    /// All that a reader reads, a paragraph per line: titles of the agenda, announcements, speeches.
    pub fn plain_text(&self) -> String {
        let mut text = format!("{}\n", self.vergadering.titel);
        write_parts(&self.vergadering.parts, &self.vergadering.titel, &mut text);
        text
    }

    /// All speeches, interruptions too, in their order.
    pub fn speeches(&self) -> Vec<&Speech> {
        let mut found = vec![];
        visit(&self.vergadering.parts, &mut |part| {
            if let Part::Speech(speech) = part {
                found.push(speech);
            }
        });
        found
    }

    /// All fragments, in their order.
    pub fn fragments(&self) -> Vec<&Fragment> {
        let mut found = vec![];
        visit(&self.vergadering.parts, &mut |part| {
            if let Part::Fragment(fragment) = part {
                found.push(fragment);
            }
        });
        found
    }
}

impl Speech {
    /// What is said here, without the announcement and without interruptions, a paragraph per line.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(blocks) | Part::Fragment(Fragment { text: blocks, .. }) => {
                    write_blocks(blocks, &mut text)
                }
                Part::Section(_) | Part::Speech(_) => {}
            }
        }
        text
    }
}

/// Calls `see` for each part, those within others included, in their order.
fn visit<'a>(parts: &'a [Part], see: &mut impl FnMut(&'a Part)) {
    for part in parts {
        see(part);
        match part {
            Part::Section(Section { parts, .. }) | Part::Speech(Speech { parts, .. }) => {
                visit(parts, see)
            }
            Part::Fragment(_) | Part::Text(_) => {}
        }
    }
}

/// Writes parts; `above` is the title that was written last, not to be repeated.
fn write_parts(parts: &[Part], above: &str, out: &mut String) {
    for part in parts {
        match part {
            Part::Section(section) => {
                let mut above = above;
                if matches!(section.level, Level::Activiteit | Level::Hoofd) {
                    for title in
                        [Some(&section.titel), section.onderwerp.as_ref()].into_iter().flatten()
                    {
                        if title != above && !title.is_empty() {
                            out.push_str(title);
                            out.push('\n');
                            above = title;
                        }
                    }
                }
                write_parts(&section.parts, above, out);
            }
            Part::Speech(speech) => {
                if !speech.announcement.is_empty() {
                    write_inlines(&speech.announcement, out);
                    out.push('\n');
                }
                write_parts(&speech.parts, above, out);
            }
            Part::Fragment(Fragment { text: blocks, .. }) | Part::Text(blocks) => {
                write_blocks(blocks, out)
            }
        }
    }
}

fn read_vergadering(element: &Element) -> Vergadering {
    let commissies = element.child("commissies").into_iter().flat_map(Element::elements);
    Vergadering {
        id: element.attribute("objectid").to_owned(),
        soort: element.attribute("soort").to_owned(),
        titel: element.child_text("titel").unwrap_or_default(),
        zaal: element.child_text("zaal"),
        vergaderjaar: element.child_text("vergaderjaar"),
        nummer: element.child_text("vergaderingnummer"),
        datum: element.child_text("datum").and_then(|day| day.get(..10)?.parse().ok()),
        aanvangstijd: moment(element, "aanvangstijd"),
        sluiting: moment(element, "sluiting"),
        commissies: commissies
            .map(|commissie| Commissie {
                naam: commissie.child_text("verslagnaam").unwrap_or_default(),
                afkorting: commissie.child_text("afkorting"),
                rol: commissie.attribute("type").to_owned(),
            })
            .collect(),
        parts: read_parts(element, MAX_DEPTH),
    }
}

/// The parts directly in an element, `depth` levels of them.
fn read_parts(element: &Element, depth: usize) -> Vec<Part> {
    let mut parts = vec![];
    for child in element.elements() {
        let level = match child.name.as_str() {
            "activiteit" => Some(Level::Activiteit),
            "activiteithoofd" => Some(Level::Hoofd),
            "activiteitdeel" => Some(Level::Deel),
            "activiteititem" => Some(Level::Item),
            _ => None,
        };
        match (level, child.name.as_str()) {
            (Some(level), _) if depth > 0 => {
                parts.push(Part::Section(read_section(child, level, depth - 1)))
            }
            (None, "woordvoerder" | "interrumpant") if depth > 0 => {
                parts.push(Part::Speech(read_speech(child, depth - 1)));
            }
            (None, "draadboekfragment") => parts.push(Part::Fragment(read_fragment(child))),
            // `tekst`, and whatever else has paragraphs in it.
            _ => {
                let blocks = read_text(child);
                if !blocks.is_empty() {
                    parts.push(Part::Text(blocks));
                }
            }
        }
    }
    parts
}

fn read_section(element: &Element, level: Level, depth: usize) -> Section {
    let categories = element.child("activiteitenindex").into_iter().flat_map(Element::elements);
    let stemmingen = element.child("stemmingen").into_iter().flat_map(Element::elements);
    let besluit = Besluit {
        vorm: element.child_text("besluitvorm"),
        uitslag: element.child_text("uitslag"),
        stemmingen: stemmingen
            .map(|stemming| Stemming {
                naam: stemming
                    .elements()
                    .find(|child| child.name != "stem")
                    .map(Element::text)
                    .unwrap_or_default(),
                stem: stemming.child_text("stem").unwrap_or_default(),
            })
            .collect(),
    };
    let is_decided = besluit.uitslag.is_some() || !besluit.stemmingen.is_empty();
    Section {
        level,
        id: element.attribute("objectid").to_owned(),
        soort: element.attribute("soort").to_owned(),
        titel: element.child_text("titel").unwrap_or_default(),
        onderwerp: element.child_text("onderwerp"),
        nummer: element.child_text("parlisid"),
        begin: moment(element, "aanvangstijd").or_else(|| moment(element, "markeertijdbegin")),
        end: moment(element, "eindtijd").or_else(|| moment(element, "markeertijdeind")),
        voortzetting: is_true(element, "voortzetting"),
        categories: categories.map(Element::text).collect(),
        zaken: read_zaken(element),
        sprekers: read_sprekers(element),
        besluit: is_decided.then_some(besluit),
        parts: read_parts(element, depth),
    }
}

fn read_speech(element: &Element, depth: usize) -> Speech {
    let mut parts = read_parts(element, depth);
    Speech {
        id: element.attribute("objectid").to_owned(),
        is_interruption: element.name == "interrumpant",
        spreker: element.child("spreker").map(read_spreker),
        is_chair: is_true(element, "isvoorzitter"),
        begin: moment(element, "markeertijdbegin"),
        end: moment(element, "markeertijdeind"),
        announcement: take_announcement(&mut parts).unwrap_or_default(),
        parts,
    }
}

/// Takes the announcement of the speaker off the text: a first paragraph with a name in bold that
/// ends in a colon.
fn take_announcement(parts: &mut Vec<Part>) -> Option<Vec<Inline>> {
    let Some(Part::Text(blocks)) = parts.first_mut() else { return None };
    let Some(Block::Paragraph(first)) = blocks.first() else { return None };
    let has_name = first.iter().any(|inline| matches!(inline, Inline::Strong(_)));
    let mut text = String::new();
    write_inlines(first, &mut text);
    if !has_name || !text.ends_with(':') {
        return None;
    }
    let Block::Paragraph(announcement) = blocks.remove(0) else { return None };
    if blocks.is_empty() {
        parts.remove(0);
    }
    Some(announcement)
}

fn read_fragment(element: &Element) -> Fragment {
    let text =
        element.elements().filter(|child| !matches!(child.name.as_str(), "zaken" | "sprekers"));
    Fragment {
        id: element.attribute("objectid").to_owned(),
        soort: element.attribute("soort").to_owned(),
        begin: moment(element, "markeertijdbegin"),
        end: moment(element, "markeertijdeind"),
        sprekers: read_sprekers(element),
        zaken: read_zaken(element),
        text: text.flat_map(read_text).collect(),
    }
}

fn read_zaken(element: &Element) -> Vec<Zaak> {
    let zaken = element.child("zaken").into_iter().flat_map(Element::elements);
    zaken
        .map(|zaak| Zaak {
            id: zaak.attribute("objectid").to_owned(),
            soort: zaak.attribute("soort").to_owned(),
            titel: zaak.child_text("titel").unwrap_or_default(),
            onderwerp: zaak.child_text("onderwerp"),
            dossiernummer: zaak.child_text("dossiernummer"),
            stuknummer: zaak.child_text("stuknummer"),
            nummer: zaak.child_text("parlisid"),
            sprekers: read_sprekers(zaak),
        })
        .collect()
}

/// The speakers of an element, whether there is one or a list of them.
fn read_sprekers(element: &Element) -> Vec<Spreker> {
    let listed = element.child("sprekers").into_iter().flat_map(Element::elements);
    listed.chain(element.child("spreker")).map(read_spreker).collect()
}

fn read_spreker(element: &Element) -> Spreker {
    let text = |name| element.child_text(name).unwrap_or_default();
    Spreker {
        id: element.attribute("objectid").to_owned(),
        soort: element.attribute("soort").to_owned(),
        aanhef: text("aanhef"),
        verslagnaam: element.child_text("verslagnaam").unwrap_or_else(|| text("weergavenaam")),
        voornaam: text("voornaam"),
        achternaam: natural_order(&text("achternaam")),
        fractie: element.child_text("fractie"),
        functie: element.child_text("functie"),
    }
}

/// Puts the prefixes of a surname, which the source has at its end, back before it.
fn natural_order(surname: &str) -> String {
    const PREFIXES: [&str; 24] = [
        "aan", "al", "bij", "d'", "da", "de", "del", "den", "der", "di", "du", "el", "het", "in",
        "la", "le", "op", "'s", "'t", "te", "ten", "ter", "van", "von",
    ];
    let words: Vec<&str> = surname.split_whitespace().collect();
    let is_prefix = |word: &&&str| PREFIXES.contains(&word.to_lowercase().as_str());
    let prefixes = words.iter().rev().take_while(is_prefix).count();
    match words.split_at_checked(words.len() - prefixes) {
        Some((name, prefixes)) if !name.is_empty() => [prefixes, name].concat().join(" "),
        _ => surname.to_owned(),
    }
}

fn moment(element: &Element, name: &str) -> Option<Timestamp> {
    parse_moment(&element.child_text(name)?)
}

fn is_true(element: &Element, name: &str) -> bool {
    element.child(name).is_some_and(|child| child.text() == "true")
}

/// The paragraphs in a `tekst`, or in any element with `alinea` in it; none in any other.
fn read_text(element: &Element) -> Vec<Block> {
    let mut blocks = vec![];
    add_text(element, &mut blocks);
    bound_blocks(&mut blocks, MAX_BLOCK_DEPTH);
    blocks
}

fn add_text(element: &Element, blocks: &mut Vec<Block>) {
    for child in element.elements() {
        match child.name.as_str() {
            "alineaitem" => blocks.extend(paragraph(child)),
            "lijst" => {
                let items = child.elements().map(|item| {
                    let mut content = vec![];
                    add_text(item, &mut content);
                    let own = (item.name == "alineaitem").then(|| paragraph(item)).flatten();
                    Item { label: None, content: own.into_iter().chain(content).collect() }
                });
                let items: Vec<Item> = items.filter(|item| !item.content.is_empty()).collect();
                if !items.is_empty() {
                    blocks.push(Block::List { ordered: false, items });
                }
            }
            "alineagroep" if child.attribute("type") == "Motietekst" => {
                let mut motion = vec![];
                add_text(child, &mut motion);
                blocks.push(Block::Quote(motion));
            }
            _ => add_text(child, blocks),
        }
    }
}

fn paragraph(element: &Element) -> Option<Block> {
    let content = tidy(inlines(element));
    (!content.is_empty()).then_some(Block::Paragraph(content))
}

fn inlines(element: &Element) -> Vec<Inline> {
    let mut line = vec![];
    for node in &element.children {
        match node {
            Node::Text(text) => line.push(Inline::Text(text.clone())),
            Node::Element(child) if child.name == "nadruk" => {
                let content = inlines(child);
                line.push(match child.attribute("type") {
                    "Vet" => Inline::Strong(content),
                    "Onderschrift" => Inline::Subscript(content),
                    "Bovenschrift" => Inline::Superscript(content),
                    _ => Inline::Emphasis(content),
                });
            }
            // `dossiernummer` and `stuknummer` mark numbers in the sentence.
            Node::Element(child) => line.extend(inlines(child)),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENARY: &[u8] = include_bytes!("../tests/data/verslag-plenair.xml");
    const CASCO: &[u8] = include_bytes!("../tests/data/verslag-casco.xml");

    fn meeting(content: &str) -> Transcript {
        let file = format!(
            "<vlosCoreDocument><vergadering><titel>T</titel>{content}</vergadering></vlosCoreDocument>"
        );
        Transcript::parse(file.as_bytes()).unwrap()
    }

    /// Words of all paragraphs of the file, found without the code above.
    fn words_of_paragraphs(element: &Element, words: &mut Vec<String>) {
        if element.name == "alineaitem" {
            words.extend(element.text().split_whitespace().map(str::to_owned));
            return;
        }
        element.elements().for_each(|child| words_of_paragraphs(child, words));
    }

    /// Checks that no word is lost and none changes place.
    fn assert_lossless(file: &[u8]) {
        let transcript = Transcript::parse(file).unwrap();
        let mut expected = vec![];
        words_of_paragraphs(&xml::parse(file).unwrap(), &mut expected);
        let text = transcript.plain_text();
        let mut words = text.split_whitespace();
        for word in &expected {
            assert!(words.any(|found| found == word), "{word:?} is lost or out of place");
        }
    }

    #[test]
    fn no_word_is_lost() {
        assert_lossless(PLENARY);
        assert_lossless(CASCO);
    }

    #[test]
    fn the_meeting_and_its_version_are_read() {
        let transcript = Transcript::parse(PLENARY).unwrap();
        assert_eq!(
            (transcript.soort.as_str(), transcript.status.as_str()),
            ("Tussenpublicatie", "Ongecorrigeerd")
        );
        assert_eq!(transcript.timestamp, Some("2025-07-02T10:29:10.9538089Z".parse().unwrap()));
        let vergadering = &transcript.vergadering;
        assert_eq!(vergadering.titel, "103e vergadering, woensdag 2 juli 2025");
        assert_eq!(vergadering.nummer.as_deref(), Some("103"));
        assert_eq!(vergadering.datum, Some(jiff::civil::date(2025, 7, 2)));
        assert_eq!(vergadering.aanvangstijd, Some("2025-07-02T08:15:00Z".parse().unwrap()));
        assert_eq!(vergadering.sluiting, None, "the meeting still went on");
    }

    #[test]
    fn a_meeting_without_speeches_has_its_agenda() {
        let transcript = Transcript::parse(CASCO).unwrap();
        assert_eq!(transcript.status, "Casco");
        let Part::Section(section) = &transcript.vergadering.parts[1] else { panic!() };
        assert_eq!(
            (section.level, section.soort.as_str()),
            (Level::Activiteit, "Procedurevergadering")
        );
        assert_eq!(section.nummer.as_deref(), Some("2024A04537"));
        assert!(section.zaken.len() > 50);
        assert_eq!(section.zaken[0].nummer.as_deref(), Some("2025Z11143"));
    }

    #[test]
    fn each_speech_has_its_speaker() {
        let transcript = Transcript::parse(PLENARY).unwrap();
        let speech = transcript.speeches()[0];
        assert_eq!(speech.id, "1e045bc5-4f53-49db-aafe-51fee88c86e8");
        assert!(speech.is_chair && !speech.is_interruption);
        assert_eq!(
            speech.announcement,
            [
                Inline::Text("De ".into()),
                Inline::Strong(vec![Inline::Text("voorzitter".into())]),
                Inline::Text(":".into())
            ]
        );
        assert_eq!(
            speech.plain_text(),
            "Goedemorgen, dames en heren. Ik open de vergadering van woensdag 2 juli 2025.\n"
        );
        let spreker = speech.spreker.as_ref().unwrap();
        assert_eq!(spreker.name(), "Jeanet Nijhof-Leeuw");
        assert_eq!(spreker.fractie.as_deref(), Some("PVV"));
        // Three go on after a break, and are not announced again.
        let unannounced =
            transcript.speeches().into_iter().filter(|speech| speech.announcement.is_empty());
        assert_eq!(unannounced.count(), 3);
        assert!(transcript.speeches().iter().any(|speech| speech.is_interruption));
    }

    #[test]
    fn motions_have_text_number_and_submitters() {
        let transcript = Transcript::parse(PLENARY).unwrap();
        let motion = transcript
            .fragments()
            .into_iter()
            .find(|fragment| fragment.motion().is_some())
            .unwrap();
        let text = motion.motion().unwrap();
        assert_eq!(text[0], Block::Paragraph(vec![Inline::Text("De Kamer,".into())]));
        assert_eq!(text.len(), 9);
        let zaak = &motion.zaken[0];
        assert_eq!(zaak.dossiernummer.as_deref(), Some("31497"));
        assert_eq!(zaak.stuknummer.as_deref(), Some("499"));
        assert_eq!(zaak.sprekers[0].name(), "Aant Jelle Soepboer");
    }

    #[test]
    fn a_decision_has_its_outcome_and_votes() {
        let transcript = meeting(
            r#"<activiteit><activiteithoofd><activiteitdeel><activiteititem soort="Besluit"><titel>Besluit</titel><tekst><alinea><alineaitem>De <nadruk type="Vet">voorzitter</nadruk>:</alineaitem><alineaitem>Ik constateer dat deze motie met algemene stemmen is aangenomen.</alineaitem></alinea></tekst><besluitvorm>Fractie</besluitvorm><uitslag>Aangenomen</uitslag><stemmingen><stemming><fractie>SGP</fractie><stem>Voor</stem></stemming></stemmingen></activiteititem></activiteitdeel></activiteithoofd></activiteit>"#,
        );
        let mut decisions = vec![];
        visit(&transcript.vergadering.parts, &mut |part| {
            if let Part::Section(section) = part {
                decisions.extend(section.besluit.clone());
            }
        });
        let stemmingen = vec![Stemming { naam: "SGP".into(), stem: "Voor".into() }];
        assert_eq!(
            decisions,
            [Besluit {
                vorm: Some("Fractie".into()),
                uitslag: Some("Aangenomen".into()),
                stemmingen
            }]
        );
        assert_eq!(
            transcript.plain_text(),
            "T\nDe voorzitter:\nIk constateer dat deze motie met algemene stemmen is aangenomen.\n"
        );
    }

    #[test]
    fn text_has_lists_and_markup() {
        let transcript = meeting(
            r#"<draadboekfragment soort="Tekst"><tekst><alinea><alineaitem>Over CO<nadruk type="Onderschrift">2</nadruk>:</alineaitem><lijst><alineaitem><nadruk type="Vet">de brief (<dossiernummer>29924</dossiernummer>, nr. <stuknummer>274</stuknummer>);</nadruk></alineaitem></lijst></alinea></tekst></draadboekfragment>"#,
        );
        let text = |text: &str| Inline::Text(text.into());
        let brief = Inline::Strong(vec![text("de brief (29924, nr. 274);")]);
        assert_eq!(
            transcript.fragments()[0].text,
            [
                Block::Paragraph(vec![
                    text("Over CO"),
                    Inline::Subscript(vec![text("2")]),
                    text(":")
                ]),
                Block::List {
                    ordered: false,
                    items: vec![Item { label: None, content: vec![Block::Paragraph(vec![brief])] }]
                },
            ]
        );
    }

    #[test]
    fn prefixes_go_before_the_surname() {
        for (source, natural) in [
            ("Nispen van", "van Nispen"),
            ("Plas van der", "van der Plas"),
            ("Abassi El", "El Abassi"),
            ("El Abassi", "El Abassi"),
            ("Nijhof-Leeuw", "Nijhof-Leeuw"),
            ("de", "de"),
            ("", ""),
        ] {
            assert_eq!(natural_order(source), natural);
        }
    }

    #[test]
    fn nesting_without_end_loses_no_text_and_survives_storage() {
        let text = "<tekst><alinea><alineaitem>diep</alineaitem></alinea></tekst>";
        let deep =
            format!("{}{text}{}", "<interrumpant>".repeat(100), "</interrumpant>".repeat(100));
        let transcript = meeting(&deep);
        assert_eq!(transcript.plain_text(), "T\ndiep\n");
        let json = serde_json::to_string(&transcript).unwrap();
        assert_eq!(serde_json::from_str::<Transcript>(&json).unwrap(), transcript);
    }

    #[test]
    fn something_else_is_refused() {
        assert_eq!(Transcript::parse(b"<vlosCoreDocument/>").unwrap_err().code(), "damaged");
        assert_eq!(Transcript::parse(b"<a><vergadering/></a>").unwrap_err().code(), "damaged");
    }
}
