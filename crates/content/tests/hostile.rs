//! Files that are not what they seem: whatever the bytes, there is an answer and no panic.
//!
//! The corpus is made here: bombs, endless and nested files, what is cut off or mislabelled. What lies on
//! the way to the reader after this is in the site's tests, which look for anything that would run or be
//! fetched. PDF is read in tests/worker.rs, as the library below may take down the process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use content::{Content, Format, extract, sniff};
use proptest::collection::vec;
use proptest::prelude::*;

const FILES: [&[u8]; 11] = [
    include_bytes!("data/motie.docx"),
    include_bytes!("data/motie.doc"),
    include_bytes!("data/motie.rtf"),
    include_bytes!("data/motie.odt"),
    b"From: a@x.nl\r\nSubject: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
      --x\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n--x\r\nContent-Disposition: attachment; filename=b\r\n\
      Content-Transfer-Encoding: base64\r\n\r\nRGU=\r\n--x--\r\n",
    include_bytes!("data/kst-motie.xml"),
    include_bytes!("data/verslag-casco.xml"),
    include_bytes!("data/verslag-plenair.xml"),
    include_bytes!("data/antwoorden.docx"),
    b"<!doctype html><table><tr><td><ul><li><a href=x>a</a><p><b>b<i>c</b>d</i></ul></table>",
    b"De Kamer,\n\ngehoord de beraadslaging,\n",
];

/// One thing that goes wrong with a file.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>())
            .prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
        any::<prop::sample::Index>().prop_map(Damage::Cut),
        (any::<prop::sample::Index>(), any::<prop::sample::Index>())
            .prop_map(|(a, b)| Damage::Repeat(a, b)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    match damage {
        Damage::Overwrite(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Damage::Repeat(a, b) => {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            let part = bytes[a.min(b)..a.max(b)].to_vec();
            bytes.splice(a.min(b)..a.min(b), part);
        }
    }
}

/// As many cases as the environment asks for; few if it does not.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 100 }
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in files {
        let mut options = zip::write::SimpleFileOptions::default();
        if *name == "mimetype" {
            options = options.compression_method(zip::CompressionMethod::Stored);
        }
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook with text, numbers, a date and a formula.
fn sheet() -> Vec<u8> {
    archive(&[
        ("xl/workbook.xml", b"<workbook><sheets><sheet name='Blad' r:id='r1'/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='x/worksheet' Target='worksheets/a.xml'/>\
              <Relationship Id='r2' Type='x/sharedStrings' Target='s.xml'/>\
              <Relationship Id='r3' Type='x/styles' Target='styles.xml'/></Relationships>",
        ),
        ("xl/s.xml", b"<sst><si><t>Gemeente</t></si><si><r><t>In</t></r><r><t>woners</t></r></si></sst>"),
        ("xl/styles.xml", b"<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"),
        (
            "xl/worksheets/a.xml",
            b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>\
              <row r='3'><c r='A3' t='inlineStr'><is><t>Zeist</t></is></c><c r='B3'><f>1+1</f><v>66000.5</v></c>\
              <c r='D3' s='1'><v>45840</v></c></row></sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells>\
              </worksheet>",
        ),
    ])
}

/// A presentation with a title, a list and a table.
fn slides() -> Vec<u8> {
    archive(&[
        ("ppt/presentation.xml", b"<presentation><sldIdLst><sldId r:id='r1'/></sldIdLst></presentation>"),
        (
            "ppt/_rels/presentation.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='x/slide' Target='slides/a.xml'/></Relationships>",
        ),
        (
            "ppt/slides/a.xml",
            b"<sld><cSld><spTree><sp><nvSpPr><nvPr><ph type='title'/></nvPr></nvSpPr><txBody><p><r><t>Titel</t></r></p>\
              </txBody></sp><sp><txBody><p><r><t>Punt</t></r><br/><r><t>twee</t></r></p></txBody></sp><graphicFrame>\
              <graphic><graphicData><tbl><tr><tc><txBody><p><r><t>cel</t></r></p></txBody></tc></tr></tbl></graphicData>\
              </graphic></graphicFrame></spTree></cSld></sld>",
        ),
    ])
}

/// An office file with damage to one of its parts.
fn with_damaged_part(file: &[u8], part: prop::sample::Index, damages: &[Damage]) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let damaged = part.index(source.len());
    let mut parts = vec![];
    for index in 0..source.len() {
        let mut part = source.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = vec![];
        part.read_to_end(&mut content).unwrap();
        if index == damaged {
            damages.iter().for_each(|damage| apply(damage, &mut content));
        }
        parts.push((name, content));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    archive(&parts)
}

/// An answer that can be stored and read back.
fn check(bytes: &[u8]) {
    if let Ok(extracted) = extract(bytes) {
        let json = serde_json::to_string(&extracted).unwrap();
        assert_eq!(serde_json::from_str::<content::Extracted>(&json).unwrap(), extracted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_have_an_answer(file in 0..FILES.len(), damages in vec(damage(), 1..8)) {
        let mut bytes = FILES[file].to_vec();
        damages.iter().for_each(|damage| apply(damage, &mut bytes));
        if sniff(&bytes) != Format::Pdf {
            check(&bytes);
        }
    }

    /// Of a sheet and of slides there is no real sample: made ones, damaged part by part.
    #[test]
    fn damaged_sheets_and_slides_have_an_answer(
        file in 0..2_usize,
        part in any::<prop::sample::Index>(),
        damages in vec(damage(), 1..8),
    ) {
        check(&with_damaged_part(&[sheet(), slides()][file], part, &damages));
    }

    /// The parts of an office file are damaged one by one: damage to the archive as a whole seldom
    /// gets past the checks of the archive.
    #[test]
    fn damaged_parts_have_an_answer(
        file in prop::sample::select(vec![0, 3, 8]),
        part in any::<prop::sample::Index>(),
        damages in vec(damage(), 1..8),
    ) {
        check(&with_damaged_part(FILES[file], part, &damages));
    }

    #[test]
    fn made_up_sheets_and_slides_have_an_answer(
        tags in vec("<(c r='[A-Z]{1,4}[0-9]{1,2}' t='(s|n|b|str|inlineStr)' s='[0-9]'|v|row|is|t|sp|txBody|p|r|tbl|tr|tc)>|</(c|v|row|is|t|sp|txBody|p|r|tbl|tr|tc)>|[0-9.]{1,8}", 0..40),
    ) {
        let content = tags.concat();
        for (main, part) in [("xl/workbook.xml", "xl/worksheets/a.xml"), ("ppt/presentation.xml", "ppt/slides/a.xml")] {
            let relation = format!("<Relationships><Relationship Id='r1' Type='x/worksheet' Target='/{part}'/></Relationships>");
            let folder = main.split_once('/').unwrap();
            let rels = format!("{}/_rels/{}.rels", folder.0, folder.1);
            check(&archive(&[
                (main, b"<a><sheets><sheet name='x' r:id='r1'/></sheets><sldIdLst><sldId r:id='r1'/></sldIdLst></a>"),
                (&rels, relation.as_bytes()),
                (part, format!("<x><sheetData>{content}</sheetData></x>").as_bytes()),
            ]));
        }
    }

    #[test]
    fn any_text_has_its_references(text in "([0-9]{1,6}|[A-Za-z]{1,4}|nr\\.|Kamerstuk|artikel|-|–|\u{a0}|é|[ ,.()/]){0,60}") {
        let mut end = 0;
        for reference in content::references::find(&text) {
            prop_assert!(reference.range.start >= end && reference.range.end > reference.range.start);
            prop_assert!(text.get(reference.range.clone()).is_some());
            end = reference.range.end;
        }
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in vec(any::<u8>(), 0..2000)) {
        if sniff(&bytes) != Format::Pdf {
            check(&bytes);
        }
    }

    #[test]
    fn any_markup_has_an_answer(
        root in prop::sample::select(vec!["html", "vlosCoreDocument><vergadering", "officiele-publicatie"]),
        tags in vec("</?(al|lijst|li|noot|table|tgroup|row|entry|tekst|alinea|alineaitem|woordvoerder|b|p|ul|td) ?>|[a-z ]{1,5}", 0..60),
    ) {
        check(format!("<{root}>{}", tags.concat()).as_bytes());
    }
}

#[test]
fn deep_nesting_has_an_answer() {
    for (root, tags) in [
        ("officiele-publicatie", &["lijst", "li"][..]),
        ("officiele-publicatie", &["table", "tgroup", "tbody", "row", "entry"]),
        ("officiele-publicatie", &["al", "noot"]),
        ("officiele-publicatie", &["nadruk"]),
        ("vlosCoreDocument><vergadering", &["activiteit", "woordvoerder"]),
        ("vlosCoreDocument><vergadering", &["tekst", "alinea", "lijst", "alineaitem", "nadruk"]),
        ("html", &["ul", "li"]),
        ("html", &["table", "tr", "td"]),
        ("html", &["b", "a", "i"]),
    ] {
        for depth in [190, 1000] {
            let open: Vec<String> =
                tags.iter().cycle().take(depth).map(|tag| format!("<{tag}>")).collect();
            let close: Vec<String> =
                tags.iter().cycle().take(depth).map(|tag| format!("</{tag}>")).collect();
            let close: String = close.into_iter().rev().collect();
            let root_close: String = root.rsplit("><").map(|tag| format!("</{tag}>")).collect();
            check(format!("<{root}>{}diep{close}{root_close}", open.concat()).as_bytes());
        }
    }
}

#[test]
fn deep_nesting_in_every_format_has_an_answer_in_time() {
    let mime: &[u8] = b"application/vnd.oasis.opendocument.text";
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{}diep{}", open.repeat(depth), close.repeat(depth))
    };
    for depth in [150, 20_000] {
        let table = nested("<tbl><tr><tc>", "</tc></tr></tbl>", depth);
        let docx = format!("<document><body>{table}</body></document>");
        let list = nested("<list><list-item>", "</list-item></list>", depth);
        let odt = format!("<document-content><body><text>{list}</text></body></document-content>");
        for file in [
            archive(&[("word/document.xml", docx.as_bytes())]),
            archive(&[("mimetype", mime), ("content.xml", odt.as_bytes())]),
            format!("{{\\rtf1 {}}}", nested("{\\b ", "}", depth)).into_bytes(),
            format!("{{\\rtf1 {}", "{".repeat(depth * 10)).into_bytes(),
            format!("<html>{}</html>", nested("<div>", "</div>", depth)).into_bytes(),
            format!("<html>{}", "<table><tr><td>".repeat(depth)).into_bytes(),
            format!("<html>{}</html>", nested("<b><i><a href=x>", "", depth.min(2000)))
                .into_bytes(),
            mail_in_mail(depth.min(2000)).into_bytes(),
        ] {
            let begin = Instant::now();
            check(&file);
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "{:?}: {}",
                begin.elapsed(),
                file.len()
            );
        }
    }
}

/// Messages that are attached to one another.
fn mail_in_mail(depth: usize) -> String {
    let head =
        "From: a@x.nl\r\nSubject: b\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n";
    head.repeat(depth) + "From: a@x.nl\r\nSubject: c\r\n\r\ndiep\r\n"
}

/// What a file is refused with; it must not take long either.
#[track_caller]
fn refused(bytes: &[u8]) -> &'static str {
    let begin = Instant::now();
    let answer = extract(bytes);
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    answer.unwrap_err().code()
}

/// The text of a file, as everything that a page could show of it.
fn shown(bytes: &[u8]) -> String {
    match extract(bytes).unwrap().content {
        Content::Prose(prose) => serde_json::to_string(&prose).unwrap(),
        Content::Transcript(transcript) => serde_json::to_string(&transcript).unwrap(),
    }
}

#[test]
fn zip_bombs_are_refused() {
    // 136 MiB of zeros, packed to less than one.
    let zeros = vec![0; 1 << 20];
    let mut bomb = zip::ZipWriter::new(Cursor::new(vec![]));
    bomb.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    (0..136).for_each(|_| bomb.write_all(&zeros).unwrap());
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb), "too-large");

    let mut many = zip::ZipWriter::new(Cursor::new(vec![]));
    for file in 0..9 {
        many.start_file(format!("{file}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
        (0..16).for_each(|_| many.write_all(&zeros).unwrap());
    }
    assert_eq!(refused(&many.finish().unwrap().into_inner()), "too-large");
}

#[test]
fn archives_in_archives_share_what_they_may_unpack_to() {
    // 40 archives with 16 MiB of zeros each, in one: 640 MiB in some hundreds of kilobytes.
    let zeros = vec![0; 16 << 20];
    let inner = archive(&[("a.txt", &zeros)]);
    let names: Vec<String> = (0..40).map(|number| format!("{number}.zip")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
    let bomb = archive(&files);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb), "too-large");
    // Documents that would each be refused count for a part of it.
    let inner = archive(&[("word/document.xml", &vec![0; (128 << 20) + 1])]);
    let names: Vec<String> = (0..40).map(|number| format!("{number}.docx")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
    assert_eq!(refused(&archive(&files)), "too-large");
}

/// An archive whose list names one packed file many times, so that little is there and much comes out.
fn overlapping(files: u16) -> Vec<u8> {
    let whole = archive(&[("a.txt", &vec![b'a'; 1 << 20])]);
    // The list and its end, as the archive has them (APPNOTE, 4.3.12 and 4.3.16).
    let end = whole.len() - 22;
    let field = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
    let (length, start) = (field(end + 12), field(end + 16));
    let entry = &whole[start..start + length];
    let mut bomb = whole[..start].to_vec();
    (0..files).for_each(|_| bomb.extend_from_slice(entry));
    let mut tail = whole[end..].to_vec();
    tail[8..10].copy_from_slice(&files.to_le_bytes());
    tail[10..12].copy_from_slice(&files.to_le_bytes());
    let size = u32::try_from(length * usize::from(files)).unwrap();
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bomb.extend_from_slice(&tail);
    bomb
}

#[test]
fn an_archive_that_names_one_file_many_times_is_bounded() {
    let begin = Instant::now();
    let bomb = overlapping(60_000);
    // Read once, or refused; never 60 GB.
    match extract(&bomb) {
        Ok(extracted) => assert!(extracted.content.plain_text().len() < 200 << 20),
        Err(error) => assert!(["too-large", "damaged"].contains(&error.code()), "{error}"),
    }
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
}

#[test]
fn xml_bombs_expand_to_nothing() {
    let entities: String = (1..10)
        .map(|n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10)))
        .collect();
    let xml = format!(
        "<?xml version='1.0'?><!DOCTYPE officiele-publicatie [<!ENTITY e0 'ha'>{entities}\
         <!ENTITY file SYSTEM 'file:///etc/passwd'>]><officiele-publicatie><al>&e9; &file; einde</al>\
         </officiele-publicatie>"
    );
    // What cannot be resolved stays to be seen.
    assert!(shown(xml.as_bytes()).contains("&e9; &file; einde"));
    let document = format!(
        "<?xml version='1.0'?><!DOCTYPE d [{entities}]><document><body><p><r><t>&e9;</t></r></p></body></document>"
    );
    assert!(shown(&archive(&[("word/document.xml", document.as_bytes())])).contains("&e9;"));
    let open = format!(
        "<?xml version='1.0'?><!DOCTYPE d [{entities}]><document-content><body><text><p>&e9; einde</p></text>\
         </body></document-content>"
    );
    let mime: &[u8] = b"application/vnd.oasis.opendocument.text";
    let open = archive(&[("mimetype", mime), ("content.xml", open.as_bytes())]);
    assert!(shown(&open).contains("&e9; einde"));
    let spoken = format!(
        "<?xml version='1.0'?><!DOCTYPE vlosCoreDocument [{entities}]><vlosCoreDocument><vergadering><titel>&e9; einde</titel>\
         <activiteit><tekst><alinea><alineaitem>&e9;</alineaitem></alinea></tekst></activiteit></vergadering>\
         </vlosCoreDocument>"
    );
    assert!(shown(spoken.as_bytes()).contains("&e9;"));
    // As many attributes, and as long a text, as a file can hold: no more comes out than is in it.
    let wide = format!(
        "<officiele-publicatie><al {}>x</al></officiele-publicatie>",
        "a='b' ".repeat(500_000)
    );
    assert!(shown(wide.as_bytes()).len() < 1000);
}

#[test]
fn scripts_and_remote_content_do_not_get_through() {
    let html = b"<html><head><script>alert(1)</script><link rel=stylesheet href=https://x.nl/a.css></head>\
        <body onload=alert(2)><p onclick='alert(3)'>Tekst<img src=https://x.nl/b.png onerror=alert(4)>\
        <a href='javascript:alert(5)'>een</a><a href='data:text/html,alert(6)'>twee</a></p>\
        <iframe src=https://x.nl/></iframe><svg><script>alert(7)</script></svg><form action=https://x.nl/>\
        <input></form></body></html>";
    let rels = b"<Relationships><Relationship Id='r1' Type='x/hyperlink' TargetMode='External' \
        Target='javascript:alert(8)'/><Relationship Id='r2' Type='x/image' TargetMode='External' \
        Target='https://x.nl/c.png'/><Relationship Id='r3' Type='x/attachedTemplate' TargetMode='External' \
        Target='https://x.nl/d.dotm'/></Relationships>";
    let body = b"<document><body><p><hyperlink r:id='r1'><r><t>Tekst</t></r></hyperlink></p></body></document>";
    let docx = archive(&[("word/document.xml", body), ("word/_rels/document.xml.rels", rels)]);
    let rtf =
        br#"{\rtf1 Tekst{\field{\*\fldinst{INCLUDEPICTURE "https://x.nl/e.png"}}{\fldrslt{}}}}"#;
    for file in [&html[..], &docx, rtf] {
        let shown = shown(file);
        assert!(shown.contains("Tekst"), "{shown}");
        for trace in ["alert", "x.nl", "javascript"] {
            assert!(!shown.contains(trace), "{trace} in {shown}");
        }
    }
}

#[test]
fn what_is_cut_off_or_not_what_it_seems_is_said_to_be() {
    for file in FILES {
        let half = &file[..file.len() / 2];
        if sniff(half) != Format::Pdf {
            check(half);
        }
    }
    assert_eq!(refused(&include_bytes!("data/motie.docx")[..1000]), "unsupported");
    let doc = include_bytes!("data/motie.doc");
    // What is in it stands at its end: without that it cannot be told what it is.
    assert_eq!(refused(&doc[..doc.len() - 2000]), "unsupported");
    // A program that calls itself a document.
    assert_eq!(refused(b"\x7fELF\x02\x01\x01\0\0\0\0"), "unsupported");
    let html_in_docx = archive(&[("word/document.xml", b"<html>")]);
    assert_eq!(refused(&html_in_docx), "damaged");
}
