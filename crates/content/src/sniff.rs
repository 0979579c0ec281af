//! What a file is, told by its bytes. Labels lie: the House serves DOCX files as PDF now and then.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use crate::extract::text;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it; `label` spells them out")]
pub enum Format {
    Pdf,
    Docx,
    Doc,
    Rtf,
    Odt,
    Xlsx,
    Xls,
    Pptx,
    Ppt,
    /// An office file behind a password.
    EncryptedOffice,
    Html,
    /// A transcript of the House.
    Vlos,
    /// An official publication in the schema of officielebekendmakingen.nl.
    OfficialXml,
    OtherXml,
    Email,
    Zip,
    Text,
    Jpeg,
    Png,
    Gif,
    Tiff,
    Unknown,
}

impl Format {
    const ALL: [Self; 22] = [
        Self::Pdf,
        Self::Docx,
        Self::Doc,
        Self::Rtf,
        Self::Odt,
        Self::Xlsx,
        Self::Xls,
        Self::Pptx,
        Self::Ppt,
        Self::EncryptedOffice,
        Self::Html,
        Self::Vlos,
        Self::OfficialXml,
        Self::OtherXml,
        Self::Email,
        Self::Zip,
        Self::Text,
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Tiff,
        Self::Unknown,
    ];

    /// Its name in storage, which stays the same.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Rtf => "rtf",
            Self::Odt => "odt",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Pptx => "pptx",
            Self::Ppt => "ppt",
            Self::EncryptedOffice => "encrypted-office",
            Self::Html => "html",
            Self::Vlos => "vlos",
            Self::OfficialXml => "official-xml",
            Self::OtherXml => "other-xml",
            Self::Email => "email",
            Self::Zip => "zip",
            Self::Text => "text",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Tiff => "tiff",
            Self::Unknown => "unknown",
        }
    }

    /// The format that [`Format::name`] calls so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The media type to serve such a file with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Doc => "application/msword",
            Self::Rtf => "application/rtf",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xls => "application/vnd.ms-excel",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Html => "text/html",
            Self::Vlos | Self::OfficialXml | Self::OtherXml => "application/xml",
            Self::Email => "message/rfc822",
            Self::Zip => "application/zip",
            Self::Text => "text/plain",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::EncryptedOffice | Self::Unknown => "application/octet-stream",
        }
    }

    /// The usual extension of the file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Rtf => "rtf",
            Self::Odt => "odt",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Pptx => "pptx",
            Self::Ppt => "ppt",
            Self::Html => "html",
            Self::Vlos | Self::OfficialXml | Self::OtherXml => "xml",
            Self::Email => "eml",
            Self::Zip => "zip",
            Self::Text => "txt",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Tiff => "tif",
            Self::EncryptedOffice | Self::Unknown => "bin",
        }
    }

    /// What to call it in front of a reader, in Dutch.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Docx | Self::Doc => "Word-document",
            Self::Rtf => "RTF-document",
            Self::Odt => "OpenDocument-tekst",
            Self::Xlsx | Self::Xls => "Excel-werkblad",
            Self::Pptx | Self::Ppt => "PowerPoint-presentatie",
            Self::EncryptedOffice => "Office-bestand met wachtwoord",
            Self::Html => "webpagina",
            Self::Vlos => "verslag",
            Self::OfficialXml => "officiële publicatie",
            Self::OtherXml => "XML-bestand",
            Self::Email => "e-mail",
            Self::Zip => "ZIP-bestand",
            Self::Text => "platte tekst",
            Self::Jpeg | Self::Png | Self::Gif | Self::Tiff => "afbeelding",
            Self::Unknown => "onbekend bestand",
        }
    }
}

/// How much of a text file is looked at.
const HEAD: usize = 8 * 1024;

/// Tells what a file is by its bytes.
pub fn sniff(bytes: &[u8]) -> Format {
    // Producers put bytes before the header, and readers allow it within the first kilobyte.
    let start = bytes.get(..1024).unwrap_or(bytes);
    if start.windows(5).any(|window| window == b"%PDF-") {
        return Format::Pdf;
    }
    if start.starts_with(b"{\\rtf") {
        return Format::Rtf;
    }
    if start.starts_with(b"PK") {
        return sniff_zip(bytes);
    }
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return sniff_compound(bytes);
    }
    match infer::get(start).map(|kind| kind.mime_type()) {
        Some("image/jpeg") => return Format::Jpeg,
        Some("image/png") => return Format::Png,
        Some("image/gif") => return Format::Gif,
        Some("image/tiff") => return Format::Tiff,
        _ => {}
    }
    let head = text::decode(bytes.get(..HEAD).unwrap_or(bytes));
    sniff_text(&head)
}

fn sniff_zip(bytes: &[u8]) -> Format {
    if bytes
        .get(30..)
        .is_some_and(|rest| rest.starts_with(b"mimetypeapplication/vnd.oasis.opendocument.text"))
    {
        return Format::Odt;
    }
    // A truncated archive has no list of its files; "PK" alone is not enough to call it one.
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Format::Unknown };
    for name in archive.file_names_raw() {
        if name.starts_with(b"word/") {
            return Format::Docx;
        }
        if name.starts_with(b"xl/") {
            return Format::Xlsx;
        }
        if name.starts_with(b"ppt/") {
            return Format::Pptx;
        }
    }
    Format::Zip
}

/// Microsoft's compound files are told by the streams at their root: what is embedded has others.
fn sniff_compound(bytes: &[u8]) -> Format {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Format::Unknown };
    let streams = [
        ("/EncryptedPackage", Format::EncryptedOffice),
        ("/WordDocument", Format::Doc),
        ("/Workbook", Format::Xls),
        ("/Book", Format::Xls),
        ("/PowerPoint Document", Format::Ppt),
    ];
    let found = streams.into_iter().find(|(stream, _)| file.is_stream(stream));
    found.map_or(Format::Unknown, |(_, format)| format)
}

fn sniff_text(head: &str) -> Format {
    if head.trim().is_empty() || head.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return Format::Unknown;
    }
    let Some((name, is_xml)) = first_tag(head) else {
        return if is_email(head) { Format::Email } else { Format::Text };
    };
    let local = name.rsplit(':').next().unwrap_or(name);
    match local.to_ascii_lowercase().as_str() {
        "vloscoredocument" => Format::Vlos,
        "officiele-publicatie" | "kamerstuk" | "kamervragen" | "handelingen" => Format::OfficialXml,
        "html" | "head" | "body" | "p" | "div" | "span" | "table" | "meta" | "title" => {
            Format::Html
        }
        _ if is_xml => Format::OtherXml,
        _ => Format::Text,
    }
}

/// The name of the first element, past declarations and comments, and whether an XML declaration
/// went before it. A document type counts as the element it names.
fn first_tag(head: &str) -> Option<(&str, bool)> {
    let mut rest = head.trim_start();
    let mut is_xml = false;
    loop {
        if let Some(declaration) = rest.strip_prefix("<?") {
            is_xml |= declaration.starts_with("xml");
            rest = declaration.split_once("?>")?.1.trim_start();
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1.trim_start();
        } else {
            let tag = rest.strip_prefix("<!DOCTYPE ").or_else(|| rest.strip_prefix("<!doctype "));
            let tag = tag.or_else(|| rest.strip_prefix('<'))?.trim_start();
            let end = tag
                .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '['))
                .unwrap_or(tag.len());
            let name = tag.get(..end).filter(|name| name.starts_with(char::is_alphabetic))?;
            return Some((name, is_xml));
        }
    }
}

/// Whether it begins with at least two of the header fields of a message.
fn is_email(head: &str) -> bool {
    const FIELDS: [&str; 8] =
        ["from", "to", "subject", "date", "received", "return-path", "mime-version", "message-id"];
    let fields = head.lines().take_while(|line| !line.is_empty());
    let names =
        fields.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_ascii_lowercase());
    names.filter(|name| FIELDS.contains(&name.as_str())).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.name()), Some(format));
        }
    }

    #[test]
    fn real_files_are_recognised() {
        assert_eq!(sniff(include_bytes!("../tests/data/motie.pdf")), Format::Pdf);
        assert_eq!(sniff(include_bytes!("../tests/data/motie.docx")), Format::Docx);
        assert_eq!(sniff(include_bytes!("../tests/data/motie.doc")), Format::Doc);
        assert_eq!(sniff(include_bytes!("../tests/data/kst-motie.xml")), Format::OfficialXml);
        assert_eq!(sniff(include_bytes!("../tests/data/verslag-casco.xml")), Format::Vlos);
    }

    #[test]
    fn a_compound_file_is_what_its_own_streams_say_and_not_what_is_embedded_in_it() {
        let holding = |streams: &[&str]| {
            let mut file = cfb::CompoundFile::create(Cursor::new(vec![])).unwrap();
            file.create_storage("/ObjectPool").unwrap();
            streams.iter().for_each(|stream| drop(file.create_stream(stream).unwrap()));
            sniff(file.into_inner().get_ref())
        };
        assert_eq!(holding(&["/Workbook", "/ObjectPool/WordDocument"]), Format::Xls);
        assert_eq!(holding(&["/PowerPoint Document"]), Format::Ppt);
        assert_eq!(holding(&["/EncryptedPackage"]), Format::EncryptedOffice);
        assert_eq!(holding(&[]), Format::Unknown);
    }

    #[test]
    fn a_transcript_is_one_despite_its_byte_order_mark() {
        let head = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><vlosCoreDocument MessageID=\"1\">";
        assert_eq!(sniff(head.as_bytes()), Format::Vlos);
    }

    #[test]
    fn markup_is_told_by_its_first_element() {
        for (head, format) in [
            ("<!DOCTYPE html><html><p>a", Format::Html),
            ("<!-- x --><HTML lang=nl>", Format::Html),
            (
                "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><html>",
                Format::Html,
            ),
            ("<p>De Kamer,</p>", Format::Html),
            ("<?xml version='1.0'?>\n<rss>", Format::OtherXml),
            ("<kleiner dan", Format::Text),
            ("< 5 procent", Format::Text),
        ] {
            assert_eq!(sniff(head.as_bytes()), format, "{head}");
        }
    }

    #[test]
    fn text_is_text_in_any_of_its_encodings() {
        assert_eq!(sniff("De Kamer,\ngehoord de beraadslaging".as_bytes()), Format::Text);
        assert_eq!(sniff(b"financi\xeble middelen"), Format::Text);
        let utf16: Vec<u8> = "\u{feff}De Kamer".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&utf16), Format::Text);
        assert_eq!(sniff(b"From: a@example.nl\r\nSubject: motie\r\n\r\nTekst"), Format::Email);
        assert_eq!(sniff(b"Subject: motie"), Format::Text);
    }

    #[test]
    fn what_cannot_be_told_is_unknown() {
        for bytes in [
            &b""[..],
            b"  \n",
            b"PK\x03\x04",
            b"\0\x01\x02\x03",
            &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
        ] {
            assert_eq!(sniff(bytes), Format::Unknown, "{bytes:?}");
        }
    }
}
