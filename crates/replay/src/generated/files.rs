//! The files of generated entities, made when they are asked for. How long each is, is known without
//! making it: it is filled up to its length.

use std::io::{Cursor, Write};

use anyhow::Result;
use jiff::civil::Date;
use model::time::in_amsterdam;
use model::{Category, FileInfo};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::entities::in_words;
use super::papers::{Archive, Paper};
use crate::draw::Draw;
use crate::files::File;
use crate::pdf;
use crate::writer::escape;

/// The most that a page of text takes in a file.
const PAGE_BYTES: u64 = 5_200;
/// What a file takes besides its text.
const FRAME_BYTES: u64 = 2_000;
/// Sentences on a page.
const PAGE_SENTENCES: u64 = 16;
/// A transcript with another title and another date takes at most so much more.
const TRANSCRIPT_SPARE: usize = 4_000;

/// What the draws are for.
const FILE: u64 = 107;
const TEXT: u64 = 108;

/// What the file of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    Docx,
}

impl Format {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Pdf => ".pdf",
            Self::Docx => ".docx",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}

impl Archive {
    /// What the feed says of the file of an entity.
    pub(super) fn file_info(&self, category: Category, index: u64) -> Option<FileInfo> {
        let (content_type, length) = match category {
            Category::Document => {
                let (format, length) = self.file_of_document(index);
                (format.content_type(), length)
            }
            Category::Verslag => {
                let length = self.transcript(index)?.len() + TRANSCRIPT_SPARE;
                ("application/xml", length as u64)
            }
            _ => return None,
        };
        Some(FileInfo {
            content_type: content_type.into(),
            content_length: i64::try_from(length).ok(),
        })
    }

    /// The file of an entity.
    pub(super) fn file(&self, category: Category, index: u64) -> Result<Option<File>> {
        let Some(info) = self.file_info(category, index) else { return Ok(None) };
        let length = usize::try_from(info.content_length.unwrap_or_default())?;
        let bytes = match category {
            Category::Document => {
                let paragraphs = self.text(index);
                match self.file_of_document(index).0 {
                    Format::Pdf => pdf::make_of_length(&paragraphs, length),
                    Format::Docx => docx(&paragraphs, length)?,
                }
            }
            _ => self.verslag(index, length),
        };
        Ok(Some(File { bytes, content_type: info.content_type }))
    }

    /// The format of the file of a document, and its length in bytes.
    pub(super) fn file_of_document(&self, document: u64) -> (Format, u64) {
        let mut draw = self.draw(FILE, document);
        let format = if draw.chance(0.05) { Format::Docx } else { Format::Pdf };
        (format, FRAME_BYTES + self.pages(document) * PAGE_BYTES)
    }

    fn pages(&self, document: u64) -> u64 {
        let mut draw = self.draw(FILE, document);
        1 + draw.below(2) + draw.below(2) * draw.below(4)
    }

    /// The text of a document, a paragraph each; the first is the title.
    pub(super) fn text(&self, document: u64) -> Vec<String> {
        let paper = self.paper(document);
        let mut draw = self.draw(TEXT, document);
        let day = in_amsterdam(self.plan.moment(self.plan.date_slot(Category::Document, document)));
        let mut text = Vec::new();
        if let Some(place) = paper.kamerstuk {
            let title = self.dossier_title(place.dossier);
            text.push(format!("{} {title}", self.dossier_number(place.dossier)));
            text.push(format!("Nr. {}", place.volgnummer));
        }
        text.push(paper.subject.clone());
        text.push(format!("Den Haag, {}", in_words(day.date())));
        text.extend(self.body(&paper, self.pages(document), &mut draw));
        text.push(self.member_name(paper.seat));
        text
    }

    fn body(&self, paper: &Paper, pages: u64, draw: &mut Draw) -> Vec<String> {
        let words = &self.words;
        let mut body = Vec::new();
        if paper.kind.starts_with("Motie") {
            body.extend(["De Kamer,".to_owned(), "gehoord de beraadslaging,".to_owned()]);
            for _ in 0..=draw.below(3) {
                body.extend(draw.pick(&words.considerations).map(String::from));
            }
            body.extend(draw.pick(&words.requests).map(String::from));
            body.push("en gaat over tot de orde van de dag.".into());
            return body;
        }
        let mut left = pages * PAGE_SENTENCES;
        while left > 0 {
            let number = (2 + draw.below(4)).min(left);
            let sentences: Vec<&str> =
                (0..number).filter_map(|_| draw.pick(&words.sentences)).collect();
            body.push(sentences.join(" "));
            left -= number;
        }
        body
    }

    /// The recorded transcript that a verslag is made of.
    fn transcript(&self, verslag: u64) -> Option<&str> {
        self.draw(FILE, verslag).pick(&self.words.transcripts)
    }

    fn verslag(&self, index: u64, length: usize) -> Vec<u8> {
        let transcript = self.transcript(index).unwrap_or_default();
        let model::Entity::Verslag(verslag) = self.content(Category::Verslag, index) else {
            return Vec::new();
        };
        let vergadering = verslag
            .vergadering
            .and_then(|id| self.plan.place(id.0))
            .map(|(category, index)| self.content(category, index));
        let Some(model::Entity::Vergadering(vergadering)) = vergadering else { return Vec::new() };
        let attributes = [("soort", verslag.soort), ("status", verslag.status)];
        let mut xml = transcript.to_owned();
        for (name, value) in attributes {
            xml = with(&xml, &format!(" {name}=\""), "\"", &value.unwrap_or_default());
        }
        xml = with(&xml, "<titel>", "</titel>", &escape(&vergadering.titel.unwrap_or_default()));
        // The whole meeting moves to the day.
        if let Some(day) = vergadering.datum.map(|datum| in_amsterdam(datum).date())
            && let Some(recorded) = between(transcript, "<datum>", "T")
        {
            xml = xml.replace(recorded, &day.to_string());
        }
        let mut bytes = xml.into_bytes();
        // White space after the root says nothing.
        bytes.resize(length.max(bytes.len()), b'\n');
        bytes
    }

    /// The XML of the official publication of a document.
    pub(super) fn publication(&self, identifier: &str) -> Option<String> {
        let document = self.published_as(identifier)?;
        let paper = self.paper(document);
        let place = paper.kamerstuk?;
        let slot = self.plan.date_slot(Category::Document, document);
        let day = in_amsterdam(self.plan.moment(slot)).date();
        let mut paragraphs = String::new();
        for paragraph in self.body(&paper, self.pages(document), &mut self.draw(TEXT, document)) {
            paragraphs.push_str(&format!("<al>{}</al>", escape(&paragraph)));
        }
        Some(publication(&Publication {
            identifier,
            dossier: self.dossier_number(place.dossier),
            dossier_title: &self.dossier_title(place.dossier),
            number: place.volgnummer,
            kind: paper.kind,
            title: &paper.subject,
            day,
            paragraphs: &paragraphs,
        }))
    }
}

struct Publication<'a> {
    identifier: &'a str,
    dossier: u64,
    dossier_title: &'a str,
    number: u64,
    kind: &'a str,
    title: &'a str,
    day: Date,
    paragraphs: &'a str,
}

/// A kamerstuk in the form of officielebekendmakingen.nl.
fn publication(it: &Publication<'_>) -> String {
    let Publication { identifier, dossier, number, day, paragraphs, .. } = it;
    let (kind, title) = (escape(it.kind), escape(it.title));
    let dossier_title = escape(it.dossier_title);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<officiele-publicatie><metadata>\
         <meta name=\"DC.identifier\" scheme=\"OVERHEIDop.ParlID\" content=\"{identifier}\"/>\
         <meta name=\"OVERHEIDop.ondernummer\" content=\"{number}\"/>\
         <meta name=\"DC.type\" scheme=\"OVERHEIDop.KamerstukTypen\" content=\"{kind}\"/>\
         <meta name=\"OVERHEIDop.dossiernummer\" content=\"{dossier}\"/>\
         <meta name=\"OVERHEIDop.documenttitel\" content=\"{title}\"/>\
         <meta name=\"OVERHEIDop.dossiertitel\" content=\"{dossier_title}\"/>\
         <meta name=\"DCTERMS.issued\" scheme=\"DCTERMS.W3CDTF\" content=\"{day}\"/>\
         </metadata><kamerstuk><kamerstukkop>\
         <tekstregel inhoud=\"kameraanduiding\">Tweede Kamer der Staten-Generaal</tekstregel>\
         <tekstregel inhoud=\"documenttype\">Kamerstukken</tekstregel></kamerstukkop>\
         <dossier><dossiernummer><dossiernr>{dossier}</dossiernr></dossiernummer>\
         <titel>{dossier_title}</titel></dossier>\
         <stuk><stuknr>Nr. <ondernummer kamer=\"2\">{number}</ondernummer></stuknr>\
         <titel>{title}</titel><datumtekst><datum isodatum=\"{day}\">{}</datum></datumtekst>\
         <algemeen><vrije-tekst><tekst status=\"goed\">{paragraphs}</tekst></vrije-tekst></algemeen>\
         </stuk></kamerstuk></officiele-publicatie>",
        in_words(*day)
    )
}

/// The text with another content of the first place between two marks.
fn with(text: &str, before: &str, after: &str, content: &str) -> String {
    match between(text, before, after) {
        Some(old) => {
            text.replacen(&format!("{before}{old}{after}"), &format!("{before}{content}{after}"), 1)
        }
        None => text.to_owned(),
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// The smallest DOCX with these paragraphs, of exactly this length.
fn docx(paragraphs: &[String], length: usize) -> Result<Vec<u8>> {
    const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
        <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let mut document = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>",
    );
    for paragraph in paragraphs {
        document.push_str(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escape(paragraph)));
    }
    document.push_str("</w:body></w:document>");

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", &document),
    ];
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all(content.as_bytes())?;
    }
    let mut bytes = writer.finish()?.into_inner();
    // An archive ends with a comment of which the last two bytes before it tell the length.
    let spare = length.saturating_sub(bytes.len());
    if let Some(place) = bytes.len().checked_sub(2)
        && let Some(tail) = bytes.get_mut(place..)
    {
        tail.copy_from_slice(&u16::try_from(spare).unwrap_or_default().to_le_bytes());
    }
    bytes.resize(length.max(bytes.len()), b' ');
    Ok(bytes)
}
