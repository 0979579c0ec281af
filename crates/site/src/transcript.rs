//! A transcript as HTML: agenda items as chapters, speeches with their speaker and time, interruptions
//! nested, motions and decisions in place.

use std::collections::HashSet;

use content::prose::{Block, Inline};
use content::transcript::{Besluit, Fragment, Level, Part, Section, Speech, Transcript};
use model::address;
use model::kamerstuk::DossierNummer;

use crate::format;
use crate::prose::{blocks_html, inline_html};

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
}

/// Makes a transcript ready. `known` are the numbers of the activiteiten that have a page.
pub(crate) fn show(transcript: &Transcript, known: &HashSet<String>) -> Shown {
    let mut writer = Writer { html: String::new(), chapters: Vec::new(), known };
    writer.parts(&transcript.vergadering.parts);
    Shown { html: writer.html, chapters: writer.chapters }
}

/// The numbers of the activiteiten that a transcript covers.
pub(crate) fn activiteiten(transcript: &Transcript) -> Vec<String> {
    transcript
        .vergadering
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Section(section) => section.nummer.clone(),
            _ => None,
        })
        .collect()
}

struct Writer<'k> {
    html: String,
    chapters: Vec<Chapter>,
    known: &'k HashSet<String>,
}

impl Writer<'_> {
    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Section(section) => self.section(section),
                Part::Speech(speech) => self.speech(speech),
                Part::Fragment(fragment) => self.fragment(fragment),
                Part::Text(blocks) => self.text(blocks),
            }
        }
    }

    /// Text of the transcript itself. It tends to begin with the title of the chapter, which stands
    /// above it already.
    fn text(&mut self, blocks: &[Block]) {
        let title = self.chapters.last().map(|chapter| chapter.title.as_str());
        let is_title = |block: &Block| match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => {
                Some(inline_text(content).trim()) == title
            }
            _ => false,
        };
        for block in blocks.iter().filter(|block| !is_title(block)) {
            self.html.push_str(&blocks_html(std::slice::from_ref(block), 4));
        }
    }

    fn section(&mut self, section: &Section) {
        match section.level {
            Level::Activiteit => self.chapter(section),
            Level::Hoofd => {
                let title = section.onderwerp.as_deref().unwrap_or(&section.titel);
                // A chapter's only part often repeats its title.
                let repeats = self.chapters.last().is_some_and(|chapter| chapter.title == title);
                if !title.is_empty() && !repeats {
                    self.push(&["<h3>", &escape(title), "</h3>\n"]);
                }
            }
            // The titles of the parts below were made up by the recording software.
            Level::Deel | Level::Item => {}
        }
        self.parts(&section.parts);
        if let Some(besluit) = &section.besluit {
            self.besluit(besluit);
        }
    }

    fn chapter(&mut self, section: &Section) {
        let anchor = format!("punt-{}", self.chapters.len() + 1);
        let title = section.onderwerp.clone().unwrap_or_else(|| section.titel.clone());
        let time = section.begin.as_ref().map(format::time);
        self.push(&["<h2 id=\"", &anchor, "\">", &escape(&title), "</h2>\n"]);
        let mut facts = Vec::new();
        if !section.soort.is_empty() {
            facts.push(format!("<span>{}</span>", escape(&section.soort)));
        }
        if let Some(time) = &time {
            facts.push(format!("<span>{time}</span>"));
        }
        if let Some(nummer) =
            section.nummer.as_deref().filter(|nummer| self.known.contains(*nummer))
        {
            let address = address::activiteit(nummer);
            facts.push(format!("<a href=\"{}\">{}</a>", escape(&address), escape(nummer)));
        }
        self.push(&["<p class=\"facts\">", &facts.concat(), "</p>\n"]);
        self.chapters.push(Chapter { anchor, title, time });
    }

    fn speech(&mut self, speech: &Speech) {
        let class = match (speech.is_interruption, speech.is_chair) {
            (true, _) => "speech interruption",
            (false, true) => "speech chair",
            (false, false) => "speech",
        };
        let anchor = format!("s-{}", escape(&speech.id));
        self.push(&["<section class=\"", class, "\" id=\"", &anchor, "\">"]);
        let announcement = inline_html(&speech.announcement);
        let name = match &speech.spreker {
            _ if !announcement.is_empty() => announcement,
            Some(spreker) => escape(&spreker.name()),
            None => String::new(),
        };
        let time =
            speech.begin.as_ref().map(|begin| format!("<time>{}</time>", format::time(begin)));
        self.push(&[
            "<p class=\"speaker\"><span>",
            &name,
            "</span> <a href=\"#",
            &anchor,
            "\">",
            time.as_deref().unwrap_or("#"),
            "<span class=\"hidden\"> link naar deze spreekbeurt</span></a></p>\n",
        ]);
        self.parts(&speech.parts);
        self.html.push_str("</section>\n");
    }

    fn fragment(&mut self, fragment: &Fragment) {
        let Some(motion) = fragment.motion() else {
            self.push(&["<div class=\"stage\">", &blocks_html(&fragment.text, 4), "</div>\n"]);
            return;
        };
        self.html.push_str("<section class=\"motion\"><h4>Motie</h4>");
        for zaak in &fragment.zaken {
            let number = match (&zaak.dossiernummer, &zaak.stuknummer) {
                (Some(dossier), Some(stuk)) => match DossierNummer::parse(dossier) {
                    Some(nummer) => format!(
                        " <a href=\"{}\">{}, nr. {}</a>",
                        escape(&address::dossier(&nummer)),
                        escape(dossier),
                        escape(stuk)
                    ),
                    None => format!(" {}, nr. {}", escape(dossier), escape(stuk)),
                },
                _ => String::new(),
            };
            self.push(&[
                "<p class=\"facts\"><span>",
                &escape(&zaak.titel),
                "</span>",
                &number,
                "</p>",
            ]);
        }
        self.push(&["<blockquote>", &blocks_html(motion, 5), "</blockquote>"]);
        // What stands around the motion's own text: who submitted it, what the chair adds.
        let around: Vec<_> = fragment
            .text
            .iter()
            .filter(|block| !matches!(block, Block::Quote(_)))
            .cloned()
            .collect();
        self.push(&[&blocks_html(&around, 5), "</section>\n"]);
    }

    fn besluit(&mut self, besluit: &Besluit) {
        let Some(uitslag) = &besluit.uitslag else { return };
        self.push(&["<p class=\"outcome\"><strong>", &escape(uitslag), ".</strong> "]);
        for side in ["Voor", "Tegen"] {
            let names: Vec<&str> = besluit
                .stemmingen
                .iter()
                .filter(|stemming| stemming.stem == side)
                .map(|stemming| stemming.naam.as_str())
                .collect();
            if !names.is_empty() {
                self.push(&[side, ": ", &escape(&names.join(", ")), ". "]);
            }
        }
        self.html.push_str("</p>\n");
    }

    fn push(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.html.push_str(piece);
        }
    }
}

fn inline_text(content: &[Inline]) -> String {
    content
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Strong(content) | Inline::Emphasis(content) => inline_text(content),
            _ => String::new(),
        })
        .collect()
}

fn escape(text: &str) -> String {
    inline_html(&[Inline::Text(text.to_owned())])
}
