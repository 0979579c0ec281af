//! A transcript as HTML: agenda items as chapters, speeches with their speaker and time, interruptions
//! nested, motions and decisions in place.
//!
//! Anchors are made of the source's own identifiers (`s-` for a speech, `o-` for an item of the
//! agenda), so that a link into a transcript keeps working when a newer version takes its place.

use std::collections::{HashMap, HashSet};

use content::prose::{Block, Inline};
use content::transcript::{
    Besluit, Fragment, Level, Part, Section, Speech, Spreker, Transcript, Zaak,
};
use model::address;
use model::kamerstuk::DossierNummer;
use model::time::in_amsterdam;
use store::read::verslag::{Links, Named, SpokenName};

use crate::marks::Marks;
use crate::prose::{blocks_html, inline_html, inline_text};
use crate::{format, text};

/// A transcript, ready to be shown.
pub(crate) struct Shown {
    pub(crate) html: String,
    pub(crate) chapters: Vec<Chapter>,
}

/// An item of the agenda, for the list of contents.
pub(crate) struct Chapter {
    pub(crate) anchor: String,
    pub(crate) title: String,
    /// When it began: `14:00`.
    pub(crate) time: Option<String>,
    /// The terms of a debate, if it had more than one.
    pub(crate) terms: Vec<Chapter>,
}

/// Makes a transcript ready, with links to what is known of what it names.
pub(crate) fn show(transcript: &Transcript, links: &Links, marks: &mut Marks) -> Shown {
    let mut writer =
        Writer { html: String::new(), chapters: Vec::new(), anchors: HashMap::new(), links, marks };
    writer.parts(&transcript.vergadering.parts, None);
    Shown { html: writer.html, chapters: writer.chapters }
}

/// What a transcript names, to be looked up.
pub(crate) fn named(transcript: &Transcript) -> Named {
    let vergadering = &transcript.vergadering;
    let begun = vergadering.aanvangstijd.map(|begin| in_amsterdam(begin).date());
    let mut named = Named { datum: vergadering.datum.or(begun), ..Named::default() };
    name_parts(&vergadering.parts, &mut named);
    named
}

fn name_parts(parts: &[Part], named: &mut Named) {
    for part in parts {
        let zaken = match part {
            Part::Section(section) => {
                named.activiteiten.extend(section.nummer.clone());
                name_parts(&section.parts, named);
                &section.zaken
            }
            Part::Speech(speech) => {
                named.personen.extend(speech.spreker.as_ref().map(spoken_name));
                name_parts(&speech.parts, named);
                continue;
            }
            Part::Fragment(fragment) => &fragment.zaken,
            Part::Text(_) => continue,
        };
        for zaak in zaken {
            named.zaken.extend(zaak.nummer.clone());
            named.stukken.extend(stuk(zaak));
        }
    }
}

/// Somebody who speaks, as the store looks them up.
pub(crate) fn spoken_name(spreker: &Spreker) -> SpokenName {
    SpokenName {
        voornaam: spreker.voornaam.clone(),
        achternaam: spreker.achternaam.clone(),
        fractie: spreker.fractie.clone(),
        is_government: spreker.is_government(),
    }
}

/// The dossier and number of a paper.
fn stuk(zaak: &Zaak) -> Option<(DossierNummer, i64)> {
    let dossier = DossierNummer::parse(zaak.dossiernummer.as_deref()?)?;
    Some((dossier, zaak.stuknummer.as_deref()?.parse().ok()?))
}

struct Writer<'l> {
    html: String,
    chapters: Vec<Chapter>,
    /// How often each anchor was asked for.
    anchors: HashMap<String, usize>,
    links: &'l Links,
    marks: &'l mut Marks,
}

impl Writer<'_> {
    /// Writes parts. `title` is the heading right above, which the text of a section tends to begin
    /// with and need not repeat.
    fn parts(&mut self, parts: &[Part], title: Option<&str>) {
        for (place, part) in parts.iter().enumerate() {
            match part {
                Part::Section(section) => self.section(section),
                Part::Speech(speech) => self.speech(speech),
                Part::Fragment(fragment) => self.fragment(fragment),
                Part::Text(blocks) => {
                    let repeated = title.filter(|_| place == 0).is_some_and(|title| {
                        blocks.first().is_some_and(|block| block_text(block).trim() == title)
                    });
                    let blocks = blocks.get(usize::from(repeated)..).unwrap_or_default();
                    self.html.push_str(&blocks_html(blocks, 4, self.marks));
                }
            }
        }
    }

    fn section(&mut self, section: &Section) {
        match section.level {
            Level::Activiteit => {
                self.chapter(section);
                self.parts(&section.parts, Some(&section.titel));
            }
            Level::Hoofd => {
                let above = self.chapters.last().map(|chapter| chapter.title.clone());
                let repeats = above.as_ref() == Some(&section.titel);
                if !repeats && !section.titel.is_empty() {
                    self.term(section);
                }
                self.parts(&section.parts, Some(&section.titel));
            }
            // The titles of the parts below were made up by the recording software.
            Level::Deel | Level::Item => self.parts(&section.parts, None),
        }
        if let Some(besluit) = &section.besluit {
            self.besluit(besluit);
        }
    }

    fn chapter(&mut self, section: &Section) {
        let anchor = self.anchor("o", &section.id);
        let title = text::first(&[&section.titel, section.onderwerp.as_deref().unwrap_or("")]);
        let time = section.begin.as_ref().map(format::time);
        self.push(&["<h2 id=\"", &escape(&anchor), "\">", &escape(title), "</h2>\n"]);
        let mut facts = Vec::new();
        if !section.soort.is_empty() && section.soort != title {
            facts.push(format!("<span>{}</span>", escape(&section.soort)));
        }
        if section.begin.is_some() {
            facts.push(format!("<span>{}</span>", format::period(&section.begin, &section.end)));
        }
        let nummer = section.nummer.as_deref();
        if let Some(nummer) = nummer.filter(|nummer| self.links.activiteiten.contains(*nummer)) {
            let address = address::activiteit(nummer);
            facts.push(format!("<a href=\"{}\">{}</a>", escape(&address), escape(nummer)));
        }
        self.push(&["<p class=\"facts\">", &facts.concat(), "</p>\n"]);
        // As a rule the text says what it is about; where there is none yet, the subject does.
        if let Some(onderwerp) = &section.onderwerp
            && onderwerp != title
            && !opening_text(section).contains(onderwerp.as_str())
        {
            self.push(&["<p class=\"subtitle\">", &escape(onderwerp), "</p>\n"]);
        }
        self.zaken(&section.zaken);
        let title = title.to_owned();
        self.chapters.push(Chapter { anchor, title, time, terms: Vec::new() });
    }

    fn term(&mut self, section: &Section) {
        let anchor = self.anchor("o", &section.id);
        let title = section.titel.clone();
        let time = section.begin.as_ref().map(format::time);
        self.push(&["<h3 id=\"", &escape(&anchor), "\">", &escape(&title), "</h3>\n"]);
        if let Some(onderwerp) = &section.onderwerp
            && *onderwerp != title
            && !opening_text(section).contains(onderwerp.as_str())
        {
            self.push(&["<p class=\"subtitle\">", &escape(onderwerp), "</p>\n"]);
        }
        self.zaken(&section.zaken);
        if let Some(chapter) = self.chapters.last_mut() {
            chapter.terms.push(Chapter { anchor, title, time, terms: Vec::new() });
        }
    }

    /// What is on the table.
    fn zaken(&mut self, zaken: &[Zaak]) {
        if zaken.is_empty() {
            return;
        }
        let count = match zaken.len() {
            1 => "1 stuk".to_owned(),
            count => format!("{count} stukken"),
        };
        self.push(&["<details class=\"papers\"><summary>Aan de orde: ", &count, "</summary><ul>"]);
        for zaak in zaken {
            self.html.push_str("<li>");
            self.zaak_title(zaak);
            self.html.push_str("</li>");
        }
        self.html.push_str("</ul></details>\n");
    }

    fn zaak_title(&mut self, zaak: &Zaak) {
        let title = text::first(&[&zaak.titel, zaak.onderwerp.as_deref().unwrap_or("")]);
        let nummer = zaak.nummer.as_deref().filter(|nummer| self.links.zaken.contains(*nummer));
        let paper = stuk(zaak).and_then(|key| self.links.stukken.get(&key));
        let address = match (nummer, paper) {
            (Some(nummer), _) => Some(address::zaak(nummer)),
            (None, Some(paper)) => Some(address::document(&paper.document)),
            (None, None) => None,
        };
        match address {
            Some(address) => {
                self.push(&["<a href=\"", &escape(&address), "\">", &escape(title), "</a>"]);
            }
            None => self.html.push_str(&escape(title)),
        }
    }

    fn speech(&mut self, speech: &Speech) {
        let class = match (speech.is_interruption, speech.is_chair) {
            (true, true) => "speech interruption chair",
            (true, false) => "speech interruption",
            (false, true) => "speech chair",
            (false, false) => "speech",
        };
        let anchor = escape(&self.anchor("s", &speech.id));
        self.push(&["<section class=\"", class, "\" id=\"", &anchor, "\">"]);
        let spreker = speech.spreker.as_ref();
        let persoon = spreker.and_then(|spreker| self.links.personen.get(&spoken_name(spreker)));
        let name = match spreker {
            _ if !speech.announcement.is_empty() => {
                announced(&speech.announcement, persoon.map(String::as_str))
            }
            Some(spreker) => {
                let mut name = strong_name(&spreker.name(), persoon.map(String::as_str));
                if let Some(fractie) = &spreker.fractie {
                    name.push_str(&format!(" ({})", escape(fractie)));
                }
                name
            }
            None => String::new(),
        };
        let time = speech.begin.as_ref().map(|begin| {
            format!("<time datetime=\"{}\">{}</time>", format::iso(begin), format::time(begin))
        });
        self.push(&[
            "<p class=\"speaker\"><span>",
            &name,
            "</span> <a href=\"#",
            &anchor,
            "\">",
            time.as_deref().unwrap_or("#"),
            "<span class=\"hidden\"> link naar deze spreekbeurt</span></a></p>\n",
        ]);
        self.parts(&speech.parts, None);
        self.html.push_str("</section>\n");
    }

    fn fragment(&mut self, fragment: &Fragment) {
        let Some(motion) = fragment.motion() else {
            if !fragment.text.is_empty() {
                let text = blocks_html(&fragment.text, 4, self.marks);
                self.push(&["<div class=\"stage\">", &text, "</div>\n"]);
            }
            return;
        };
        self.html.push_str("<section class=\"motion\">");
        for zaak in &fragment.zaken {
            self.html.push_str("<h4>");
            self.zaak_title(zaak);
            self.html.push_str("</h4><p class=\"facts\">");
            if let (Some(dossier), Some(number)) = (&zaak.dossiernummer, &zaak.stuknummer) {
                let dossier = DossierNummer::parse(dossier);
                if let Some(dossier) = dossier {
                    let name = format!("{}, nr. {number}", dossier.printed());
                    let address = address::dossier(&dossier);
                    self.push(&["<a href=\"", &escape(&address), "\">", &escape(&name), "</a>"]);
                }
            }
            self.outcome(zaak);
            self.html.push_str("</p>");
        }
        if fragment.zaken.is_empty() {
            self.html.push_str("<h4>Motie</h4>");
        }
        let text = blocks_html(motion, 5, self.marks);
        self.push(&["<blockquote>", &text, "</blockquote>"]);
        // What stands around the motion's own text: who submitted it, what the chair adds.
        for block in fragment.text.iter().filter(|block| !matches!(block, Block::Quote(_))) {
            let text = blocks_html(std::slice::from_ref(block), 5, self.marks);
            self.html.push_str(&text);
        }
        self.html.push_str("</section>\n");
    }

    /// What became of a motion.
    fn outcome(&mut self, zaak: &Zaak) {
        let Some(paper) = stuk(zaak).and_then(|key| self.links.stukken.get(&key)) else { return };
        let Some(found) = &paper.zaak else { return };
        let Some(address) = found.address() else { return };
        let said = match &paper.besluit {
            Some(line) => {
                let when = line.moment().map(|moment| format!(", {}", format::date(&moment)));
                format!("{}{}", text::besluit(&line.besluit), when.unwrap_or_default())
            }
            None => "Zaak".to_owned(),
        };
        self.push(&["<a href=\"", &escape(&address), "\">", &escape(&said), "</a>"]);
    }

    fn besluit(&mut self, besluit: &Besluit) {
        self.html.push_str("<div class=\"decision\"><p>");
        if let Some(uitslag) = &besluit.uitslag {
            self.push(&["<strong>", &escape(uitslag), ".</strong>"]);
        }
        self.html.push_str("</p><dl class=\"votes\">");
        let mut sides: Vec<&str> = vec!["Voor", "Tegen"];
        let others: HashSet<&str> =
            besluit.stemmingen.iter().map(|stemming| stemming.stem.as_str()).collect();
        let mut others: Vec<&str> =
            others.into_iter().filter(|side| !sides.contains(side)).collect();
        others.sort_unstable();
        sides.append(&mut others);
        for side in sides {
            let names: Vec<&str> = besluit
                .stemmingen
                .iter()
                .filter(|stemming| stemming.stem == side)
                .map(|stemming| stemming.naam.as_str())
                .collect();
            if !names.is_empty() {
                let class = match side {
                    "Voor" => "voor",
                    "Tegen" => "tegen",
                    _ => "geen",
                };
                let names = escape(&names.join(", "));
                let side = escape(side);
                self.push(&["<div><dt class=\"", class, "\">", &side, "</dt><dd>", &names]);
                self.html.push_str("</dd></div>");
            }
        }
        self.html.push_str("</dl></div>\n");
    }

    /// An anchor of the source's identifier. An item of the agenda that is resumed comes with its own
    /// once more, and gets a number.
    fn anchor(&mut self, kind: &str, id: &str) -> String {
        let anchor = format!("{kind}-{id}");
        let times = self.anchors.entry(anchor.clone()).or_default();
        *times += 1;
        if *times == 1 { anchor } else { format!("{anchor}-{times}") }
    }

    fn push(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.html.push_str(piece);
        }
    }
}

/// "De heer **Van Nispen** (SP):", the name a link to the person's page.
fn announced(announcement: &[Inline], persoon: Option<&str>) -> String {
    let mut html = String::new();
    let mut is_named = false;
    for inline in announcement {
        match inline {
            Inline::Strong(name) if !is_named => {
                is_named = true;
                html.push_str(&link_to_person(&inline_html(name), persoon));
            }
            other => html.push_str(&inline_html(std::slice::from_ref(other))),
        }
    }
    html
}

fn strong_name(name: &str, persoon: Option<&str>) -> String {
    link_to_person(&escape(name), persoon)
}

fn link_to_person(name: &str, persoon: Option<&str>) -> String {
    match persoon {
        Some(nummer) => {
            format!("<a href=\"{}\"><strong>{name}</strong></a>", escape(&address::persoon(nummer)))
        }
        None => format!("<strong>{name}</strong>"),
    }
}

/// The text with which a section begins, down through its parts.
fn opening_text(section: &Section) -> String {
    let mut text = String::new();
    for part in &section.parts {
        match part {
            Part::Text(blocks) => blocks.iter().for_each(|block| {
                text.push_str(&block_text(block));
                text.push('\n');
            }),
            Part::Section(inner) if text.is_empty() => text = opening_text(inner),
            _ => {}
        }
    }
    text
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => inline_text(content),
        _ => String::new(),
    }
}

fn escape(text: &str) -> String {
    inline_html(&[Inline::Text(text.to_owned())])
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use store::read::verslag::Stuk;

    use super::*;

    /// The recorded transcripts, as they were published.
    fn recorded() -> Vec<(PathBuf, Vec<u8>)> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../sample/resources");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(".xml.zst"))
            .map(|path| {
                let bytes = zstd::decode_all(std::fs::File::open(&path).unwrap()).unwrap();
                (path, bytes)
            })
            .collect();
        files.sort();
        files
    }

    /// The words of a page as a reader sees them.
    fn words_of_page(html: &str) -> Vec<String> {
        let mut text = String::new();
        let mut in_tag = false;
        let mut tag = String::new();
        for character in html.chars() {
            match character {
                '<' => (in_tag, tag) = (true, String::new()),
                '>' => {
                    in_tag = false;
                    let name: String = tag
                        .trim_start_matches('/')
                        .chars()
                        .take_while(char::is_ascii_alphanumeric)
                        .collect();
                    if !matches!(name.as_str(), "a" | "strong" | "em" | "sup" | "sub") {
                        text.push(' ');
                    }
                }
                other if in_tag => tag.push(other),
                other => text.push(other),
            }
        }
        let text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// The words of the file that a reader should see, in their order, found without the parser of
    /// transcripts: of paragraphs, and of titles of agenda items and papers.
    fn words_of_file(xml: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut rest = xml;
        while let Some((_, after)) = rest.split_once("<alineaitem") {
            let (attributes, after) = after.split_once('>').unwrap();
            rest = after;
            if !attributes.ends_with('/') {
                let (paragraph, after) = after.split_once("</alineaitem>").unwrap();
                rest = after;
                words.extend(words_of_page(paragraph_markup(paragraph).as_str()));
            }
        }
        words
    }

    /// Elements within a paragraph do not part words.
    fn paragraph_markup(paragraph: &str) -> String {
        let mut text = paragraph.to_owned();
        for element in ["nadruk", "dossiernummer", "stuknummer"] {
            text = text.replace(&format!("</{element}>"), "</em>");
            text = text.replace(&format!("<{element}>"), "<em>");
            text = text.replace(&format!("<{element} "), "<em ");
        }
        text.replace("&apos;", "'")
    }

    #[test]
    fn nothing_of_the_recorded_transcripts_is_lost() {
        let files = recorded();
        assert_eq!(files.len(), 12);
        for (path, bytes) in files {
            let transcript = Transcript::parse(&bytes).unwrap();
            let page = show(&transcript, &Links::default(), &mut Marks::default());
            let xml = String::from_utf8(bytes).unwrap();
            let mut shown = words_of_page(&page.html).into_iter();
            let mut before: Vec<String> = Vec::new();
            for word in words_of_file(&xml) {
                assert!(
                    shown.any(|other| other == word),
                    "{}: {word:?} is missing after {:?}",
                    path.display(),
                    before.iter().rev().take(12).rev().collect::<Vec<_>>()
                );
                before.push(word);
            }
            for title in titles(&xml) {
                let words = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let all = words_of_page(&page.html).join(" ");
                assert!(all.contains(&words), "{}: {words}", path.display());
            }
        }
    }

    /// The titles of the items of the agenda.
    fn titles(xml: &str) -> Vec<String> {
        xml.split("<activiteit ")
            .skip(1)
            .filter_map(|rest| {
                let (_, title) = rest.split_once("<titel>")?;
                Some(title.split_once("</titel>")?.0.replace("&amp;", "&"))
            })
            .collect()
    }

    fn meeting(content: &str) -> Transcript {
        let file = format!(
            "<vlosCoreDocument><vergadering><titel>T</titel><datum>2025-07-02T00:00:00</datum>\
             {content}</vergadering></vlosCoreDocument>"
        );
        Transcript::parse(file.as_bytes()).unwrap()
    }

    #[test]
    fn anchors_are_those_of_the_source_and_outlive_a_new_version() {
        let speech = |text: &str| {
            meeting(&format!(
                "<activiteit objectid='a1'><titel>Debat</titel><activiteithoofd objectid='h1'>\
                 <titel>Termijn inbreng</titel><activiteitdeel><activiteititem>\
                 <woordvoerder objectid='w1'><tekst><alinea><alineaitem>{text}</alineaitem>\
                 </alinea></tekst></woordvoerder></activiteititem></activiteitdeel>\
                 </activiteithoofd></activiteit>"
            ))
        };
        for version in ["Ongecorrigeerd.", "Gecorrigeerd, en langer."] {
            let shown = show(&speech(version), &Links::default(), &mut Marks::default());
            for anchor in ["id=\"o-a1\"", "id=\"o-h1\"", "id=\"s-w1\"", "href=\"#s-w1\""] {
                assert!(shown.html.contains(anchor), "{anchor} in {}", shown.html);
            }
            assert_eq!(shown.chapters[0].anchor, "o-a1");
            assert_eq!(shown.chapters[0].terms[0].title, "Termijn inbreng");
        }
    }

    #[test]
    fn what_is_resumed_has_an_anchor_of_its_own() {
        let item = "<activiteit objectid='a1'><titel>Regeling</titel></activiteit>";
        let shown = show(&meeting(&item.repeat(2)), &Links::default(), &mut Marks::default());
        let anchors: Vec<_> = shown.chapters.iter().map(|it| it.anchor.as_str()).collect();
        assert_eq!(anchors, ["o-a1", "o-a1-2"]);
    }

    #[test]
    fn a_speaker_and_a_motion_link_to_their_pages() {
        let transcript = meeting(
            "<woordvoerder objectid='w1'><spreker soort='Tweede Kamerlid'><fractie>SP</fractie>\
             <voornaam>Michiel</voornaam><achternaam>Nispen van</achternaam></spreker><tekst>\
             <alinea><alineaitem>De heer <nadruk type='Vet'>Van Nispen</nadruk> (SP):</alineaitem>\
             </alinea></tekst><draadboekfragment soort='Motie indiening'><tekst>\
             <alineagroep type='Motietekst'><alinea><alineaitem>De Kamer,</alineaitem></alinea>\
             </alineagroep></tekst><zaken><zaak soort='Motie'><titel>de motie over &lt;iets&gt;</titel>\
             <dossiernummer>36725-VI</dossiernummer><stuknummer>7</stuknummer></zaak></zaken>\
             </draadboekfragment></woordvoerder>",
        );
        let named = named(&transcript);
        assert_eq!(named.datum, Some(jiff::civil::date(2025, 7, 2)));
        let name = SpokenName {
            voornaam: "Michiel".into(),
            achternaam: "van Nispen".into(),
            fractie: Some("SP".into()),
            is_government: false,
        };
        assert!(named.personen.contains(&name));
        let key = (DossierNummer::new(36725, Some("VI")), 7);
        assert!(named.stukken.contains(&key));

        let paper = Stuk { document: "2025D00007".into(), zaak: None, besluit: None };
        let links = Links {
            personen: HashMap::from([(name, "4711".into())]),
            stukken: HashMap::from([(key, paper)]),
            ..Links::default()
        };
        let html = show(&transcript, &links, &mut Marks::default()).html;
        assert!(
            html.contains(
                "De heer <a href=\"/persoon/4711\"><strong>Van Nispen</strong></a> (SP):"
            )
        );
        assert!(html.contains("<a href=\"/document/2025D00007\">de motie over &lt;iets&gt;</a>"));
        assert!(html.contains("<a href=\"/dossier/36725-VI\">36\u{a0}725-VI, nr. 7</a>"));
        let unknown = show(&transcript, &Links::default(), &mut Marks::default()).html;
        assert!(unknown.contains("De heer <strong>Van Nispen</strong> (SP):"), "no guess");
    }

    #[test]
    fn a_speech_that_says_the_title_keeps_its_words() {
        let transcript = meeting(
            "<activiteit><titel>Opening</titel><woordvoerder><tekst><alinea><alineaitem>Opening\
             </alineaitem></alinea></tekst></woordvoerder></activiteit>",
        );
        assert!(
            show(&transcript, &Links::default(), &mut Marks::default())
                .html
                .contains("<p>Opening</p>")
        );
    }
}
