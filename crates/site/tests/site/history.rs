//! What was there before: earlier files, changes, what was withdrawn; on a store that the feed's own
//! entries fill, as the source writes them.

use axum::body::Body;
use axum::http::Response;
use content::extract;
use jiff::Timestamp;
use store::cursor::Pass;
use store::files::{ExtractedRow, FileOutcome};
use store::findings::Findings;

use crate::support::Fresh;

const DOCUMENT: &str = "9a6a2b4e-5a5f-4b0e-8c5d-6f6f3a1f0001";

/// A document in the feed, as it was published at this token.
fn entry(token: i64, onderwerp: &str, length: usize) -> String {
    let content = format!(
        "<document xmlns=\"http://www.tweedekamer.nl/xsd/tkData/v1-0\" \
         xmlns:tk=\"http://www.tweedekamer.nl/xsd/tkData/v1-0\" tk:id=\"{DOCUMENT}\" \
         tk:bijgewerkt=\"2025-07-02T10:00:00\" tk:verwijderd=\"false\" \
         tk:contentType=\"text/plain\" tk:contentLength=\"{length}\">\
         <soort>Brief regering</soort><documentNummer>2025D00001</documentNummer>\
         <onderwerp>{onderwerp}</onderwerp><datum>2025-07-01T00:00:00</datum></document>"
    );
    feed_entry(token, &content)
}

fn withdrawn(token: i64) -> String {
    let content = format!(
        "<document xmlns=\"http://www.tweedekamer.nl/xsd/tkData/v1-0\" \
         xmlns:tk=\"http://www.tweedekamer.nl/xsd/tkData/v1-0\" tk:id=\"{DOCUMENT}\" \
         tk:bijgewerkt=\"2025-07-03T10:00:00\" tk:verwijderd=\"true\"/>"
    );
    feed_entry(token, &content)
}

fn feed_entry(token: i64, content: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>{DOCUMENT}</title>\
         <updated>2025-07-{token:02}T08:00:00Z</updated><category term=\"document\"/>\
         <link rel=\"next\" href=\"https://example.nl/Feed?skiptoken={token}&amp;category=Document\"/>\
         <content type=\"application/xml\">{content}</content></entry></feed>"
    )
}

/// A paper of a dossier, as the source writes it.
fn paper(
    token: i64,
    number: &str,
    dossier: &str,
    volgnummer: i64,
    soort: &str,
    onderwerp: &str,
) -> String {
    let id = format!("00000000-0000-0000-0000-0000{token:08}");
    let content = format!(
        "<document id=\"{id}\" verwijderd=\"false\"><kamerstukdossier ref=\"{dossier}\"/>\
         <soort>{soort}</soort><documentNummer>{number}</documentNummer>\
         <onderwerp>{onderwerp}</onderwerp><datum>2025-07-01T00:00:00</datum>\
         <volgnummer>{volgnummer}</volgnummer></document>"
    );
    feed_entry(token, &content)
}

/// A dossier.
fn dossier(token: i64, id: &str, number: i64) -> String {
    let content = format!(
        "<kamerstukdossier id=\"{id}\" verwijderd=\"false\"><nummer>{number}</nummer></kamerstukdossier>"
    );
    feed_entry(token, &content)
}

impl Fresh {
    fn apply(&self, page: &str) {
        let page = feed::wire::parse_page(page.as_bytes()).unwrap();
        assert!(page.oddities.is_empty(), "{:?}", page.oddities);
        let category = page.entries[0].category;
        self.store.apply(category, page.entries, &[], Pass::Live, page.next).unwrap();
    }

    /// Fetches and reads the file that is wanted, which holds this; gives its hash.
    fn read(&self, bytes: impl AsRef<[u8]>) -> String {
        let bytes = bytes.as_ref();
        let task = self.store.files_to_fetch(Timestamp::now(), 10).unwrap().pop().unwrap();
        let mut writer = self.site.files.writer(1_000_000).unwrap();
        writer.write(bytes).unwrap();
        let stored = writer.finish().unwrap();
        let sha256 = stored.sha256.to_string();
        let outcome = FileOutcome::Stored { sha256: sha256.clone(), size: stored.size };
        self.store.file_fetched(&task, &outcome).unwrap();
        let extracted = extract(bytes).unwrap();
        let row = ExtractedRow {
            extractor: 2,
            format: Some(extracted.format.name().to_owned()),
            problem: None,
            words: 5,
            questions: None,
            body: Some(extracted.content.pack().unwrap()),
            findings: Findings::default(),
        };
        self.store.file_extracted(&sha256, &row).unwrap();
        sha256
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_file_can_be_opened_and_compared_with_the_present_one() {
    let fresh = Fresh::new();
    fresh.apply(&entry(1, "Voortgang", 30));
    let old = fresh.read("De Kamer krijgt tien rapporten.\n");
    fresh.apply(&entry(2, "Voortgang", 31));
    fresh.read("De Kamer krijgt twaalf rapporten.\n");

    let (status, page) = fresh.page("/document/2025D00001").await;
    assert_eq!(status, 200);
    assert!(page.contains("twaalf rapporten"), "{page}");
    let file = format!("/document/2025D00001/bestand?versie={old}");
    let compare = format!("/document/2025D00001/vergelijk?versie={old}");
    for link in [&file, &compare] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert_eq!(fresh.page(&file).await, (200, "De Kamer krijgt tien rapporten.\n".into()));
    let (_, difference) = fresh.page(&compare).await;
    assert!(difference.contains("<del>tien</del> <ins>twaalf</ins>"), "{difference}");
    // No version of this document, though there may be such a file.
    let unknown = "/document/2025D00001/bestand?versie=../../griffier.db";
    assert_eq!(fresh.page(unknown).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_tells_what_changed_and_a_withdrawn_one_what_was_there() {
    let fresh = Fresh::new();
    fresh.apply(&entry(1, "Voortgang &lt;1&gt;", 30));
    let (_, page) = fresh.page("/document/2025D00001").await;
    assert!(!page.contains("Wat er is veranderd"), "nothing has changed");
    fresh.apply(&entry(2, "Voortgang &lt;2&gt;", 30));
    let (_, page) = fresh.page("/document/2025D00001").await;
    for text in [
        "Eén wijziging, de laatste op 2 juli 2025",
        "<span class=\"label\">Onderwerp</span> <del>Voortgang &#60;1&#62;</del> \
         <ins>Voortgang &#60;2&#62;</ins>",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }

    fresh.apply(&withdrawn(3));
    let (status, page) = fresh.page("/document/2025D00001").await;
    assert_eq!(status, 410);
    for text in ["Dit is ingetrokken", "Brief regering", "Voortgang &#60;2&#62;", "1 juli 2025"] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(page.contains("3 juli 2025, 10:00"), "when it was withdrawn, in Amsterdam: {page}");

    fresh.store.take_down("/document/2025D00001", "op verzoek").unwrap();
    let (status, page) = fresh.page("/document/2025D00001").await;
    assert_eq!(status, 410);
    assert!(!page.contains("Voortgang"), "what is taken down is not told: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_here_is_at_the_source() {
    let fresh = Fresh::new();
    fresh.apply(&entry(1, "Voortgang", 30));
    let source = format!("{}/Resources/{DOCUMENT}", feed::SOURCE);
    let to_source = |response: Response<Body>| {
        assert_eq!(response.status(), 307);
        assert_eq!(response.headers()["location"], source.as_str());
    };
    to_source(fresh.get("/document/2025D00001/bestand").await);
    fresh.read("De Kamer krijgt tien rapporten.\n");
    assert_eq!(fresh.get("/document/2025D00001/bestand").await.status(), 200);
    // It gives way to newer ones.
    assert_eq!(fresh.store.make_room(0).unwrap(), 0);
    to_source(fresh.get("/document/2025D00001/bestand").await);
    let (_, page) = fresh.page("/document/2025D00001").await;
    assert!(page.contains("tien rapporten"), "its text is here still");
}

/// Titles and numbers as the House gave them in 2025.
#[tokio::test(flavor = "multi_thread")]
async fn successive_texts_lead_to_each_other_and_to_what_differs() {
    let fresh = Fresh::new();
    let [work, rent] =
        ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"];
    fresh.apply(&dossier(1, work, 29544));
    fresh.apply(&dossier(2, rent, 36715));
    let bill = "Voorstel van wet (initiatiefvoorstel)";
    let changed = "Voorstel van wet zoals gewijzigd naar aanleiding van het advies van de Afdeling";
    let motion = "Motie (gewijzigd/nader)";
    for (token, number, dossier, volgnummer, soort, onderwerp) in [
        (3, "2025D10405", work, 1272, "Brief regering", "Offensief Gelijke kansen"),
        (4, "2025D11948", work, 1275, "Brief regering", "Rectificatie Offensief gelijke kansen"),
        (
            5,
            "2025D11949",
            work,
            -1,
            "Bijlage",
            "Beslisnota bij Kamerbrief rectificatie Offensief gelijke kansen",
        ),
        (6, "2025D06739", rent, 2, bill, "Voorstel van wet"),
        (
            7,
            "2025D06740",
            rent,
            3,
            "Memorie van toelichting (initiatiefvoorstel)",
            "Memorie van toelichting",
        ),
        (8, "2025D15367", rent, 5, bill, changed),
        (
            9,
            "2025D20001",
            rent,
            9,
            bill,
            "Voorstel van wet zoals het luidt na de nota van wijziging",
        ),
    ] {
        fresh.apply(&paper(token, number, dossier, volgnummer, soort, onderwerp));
    }
    let pairs = [
        ("2025D10405", "2025D11948", "Verbeterd door", "Verbetert"),
        ("2025D06739", "2025D15367", "Latere tekst", "Eerdere tekst"),
        ("2025D15367", "2025D20001", "Latere tekst", "Eerdere tekst"),
    ];
    for (earlier, later, forth, back) in pairs {
        let compare = format!("href=\"/document/{later}/vergelijk?met={earlier}\"");
        for (page, label, other) in [(earlier, forth, later), (later, back, earlier)] {
            let (status, page) = fresh.page(&format!("/document/{page}")).await;
            assert_eq!(status, 200);
            let link =
                format!("<span class=\"label\">{label}</span> <a href=\"/document/{other}\">");
            assert!(page.contains(&link), "{link} in {page}");
            assert!(page.contains(&compare), "{compare}");
        }
    }
    // The first text leads to the next, not to all; what is no text of the bill leads nowhere.
    let (_, first) = fresh.page("/document/2025D06739").await;
    assert!(!first.contains("2025D20001"));
    for other in ["2025D06740", "2025D11949"] {
        let (_, page) = fresh.page(&format!("/document/{other}")).await;
        assert!(!page.contains("Wat is er veranderd?"), "{other}");
    }

    // A motion leads to the one that it replaces; a letter about it does not.
    let title =
        "motie van het lid Dassen over verkennen hoe staatsgaranties kunnen worden verleend";
    for (token, number, volgnummer, soort, onderwerp) in [
        (1, "2025D00682", 682, "Motie", format!("M{}", title.split_at(1).1)),
        (2, "2025D00685", 685, motion, format!("Gewijzigde {title} (t.v.v. 29544-682)")),
        (
            3,
            "2025D16918",
            686,
            "Brief regering",
            format!("Appreciatie van de gewijzigde {title} (t.v.v. 29544-682)"),
        ),
    ] {
        let entry = paper(token + 10, number, work, volgnummer, soort, &onderwerp);
        fresh.apply(&entry);
    }
    let (_, motion) = fresh.page("/document/2025D00682").await;
    assert!(motion.contains("Vervangen door</span> <a href=\"/document/2025D00685\">"), "{motion}");
    assert!(!motion.contains("/document/2025D16918/vergelijk"), "{motion}");
    let (_, letter) = fresh.page("/document/2025D16918").await;
    assert!(!letter.contains("In plaats van"), "{letter}");
}

/// What a page may hold in a text from outside: no picture, script, style or frame, nothing that is fetched.
const TAGS: [&str; 34] = [
    "a",
    "p",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "strong",
    "em",
    "sup",
    "sub",
    "blockquote",
    "section",
    "div",
    "span",
    "mark",
    "details",
    "summary",
    "hr",
    "article",
    "b",
    "cite",
    "time",
];
const ATTRIBUTES: [&str; 15] = [
    "href",
    "id",
    "class",
    "colspan",
    "rowspan",
    "scope",
    "lang",
    "title",
    "aria-label",
    "value",
    "datetime",
    "role",
    "aria-describedby",
    "tabindex",
    "rel",
];

/// Holds a page's text against what it may hold; everything else would be fetched or run by a browser.
fn check_markup(html: &str) {
    let mut rest = html;
    while let Some(begin) = rest.find('<') {
        let end = rest[begin..].find('>').expect("every < of a text is escaped") + begin;
        let tag = rest[begin + 1..end].trim_start_matches('/');
        rest = &rest[end + 1..];
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "<{tag}>");
        while let Some((attribute, more)) = attributes.split_once("=\"") {
            let (value, more) = more.split_once('"').expect("every quote of a text is escaped");
            assert!(ATTRIBUTES.contains(&attribute.trim()), "{attribute} in <{tag}>");
            let leads_on = ["https://", "http://", "mailto:", "/", "#", "?"];
            if attribute.trim() == "href" {
                let leads_on = leads_on.iter().any(|start| value.starts_with(start));
                assert!(leads_on && !value.starts_with("//"), "{value}");
            }
            attributes = more;
        }
        assert!(attributes.trim().is_empty(), "{attributes} in <{tag}>");
    }
}

fn package(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
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

/// In every format that can carry them: scripts, styles, frames, pictures and documents from elsewhere.
fn with_active_content() -> Vec<(&'static str, Vec<u8>)> {
    let html = "<html><head><base href=\"//kwaad.example/\"><meta http-equiv=refresh content=\"0;url=//kwaad.example\">\
        <link rel=stylesheet href=//kwaad.example/a.css><style>p{background:url(//kwaad.example/b)}</style></head>\
        <body onload=kwaad() style=\"background:url(//kwaad.example/c)\"><script>kwaad()</script><p onclick=kwaad()>Een \
        gewone zin.<img src=//kwaad.example/d onerror=kwaad()><a href=\"javascript:kwaad()\">een</a> \
        <a href=\" java\nscript:kwaad()\">twee</a> <a href=data:text/html,kwaad>drie</a> \
        <a href='https://x.example/\"onmouseover=kwaad()//'>vier</a><svg><a xlink:href=javascript:kwaad()><text>v</text></a>\
        <script>kwaad()</script></svg><math><mtext><img src=x onerror=kwaad()></mtext></math><iframe srcdoc=\"<script>\
        kwaad()</script>\"></iframe><object data=//kwaad.example/e></object><embed src=//kwaad.example/f><video \
        poster=//kwaad.example/g><source src=//kwaad.example/h></video><form action=//kwaad.example/i><input \
        formaction=javascript:kwaad()></form><noscript><p title=\"</noscript><img src=x onerror=kwaad()>\"></noscript>\
        <template><img src=//kwaad.example/j></template></p>&lt;script&gt;kwaad()&lt;/script&gt;</body></html>";
    let mail = format!(
        "From: a@x.nl\r\nSubject: <script>kwaad()</script> zin\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n{html}"
    );
    let relations = "<Relationships><Relationship Id='r1' Type='x/hyperlink' TargetMode='External' \
        Target='javascript:kwaad()'/><Relationship Id='r2' Type='x/image' TargetMode='External' \
        Target='//kwaad.example/c.png'/><Relationship Id='r3' Type='x/attachedTemplate' TargetMode='External' \
        Target='https://kwaad.example/d.dotm'/><Relationship Id='r4' Type='x/hyperlink' TargetMode='External' \
        Target='https://x.example/&quot;onmouseover=&quot;kwaad()'/></Relationships>";
    let word = "<document><body><p><hyperlink r:id='r1'><r><t>Een gewone zin.</t></r></hyperlink><hyperlink r:id='r4'><r>\
        <t>x</t></r></hyperlink><r><t>&lt;script&gt;kwaad()&lt;/script&gt;</t></r><r><instrText>INCLUDEPICTURE \
        \"https://kwaad.example/e\"</instrText></r><drawing><blip r:link='r2'/></drawing><altChunk r:id='r3'/></p>\
        </body></document>";
    let open = "<document-content><body><text><p>Een gewone zin.<a xlink:href='javascript:kwaad()'>x</a><frame><image \
        xlink:href='https://kwaad.example/f.png'/></frame><script>kwaad()</script>&lt;img src=x onerror=kwaad()&gt;</p>\
        </text></body></document-content>";
    let rtf = br#"{\rtf1 Een gewone zin. <script>kwaad()</script>{\field{\*\fldinst{HYPERLINK "javascript:kwaad()"}}{\fldrslt{x}}}{\field{\*\fldinst{INCLUDEPICTURE "https://kwaad.example/g"}}{\fldrslt{}}}{\object\objemb{\*\objdata 00}}}"#;
    let official = "<officiele-publicatie><metadata><meta name='OVERHEID.category' content='&lt;script&gt;kwaad()&lt;/script&gt;'/>\
        </metadata><al>Een gewone zin.<extref doc='javascript:kwaad()'>x</extref><plaatje><illustratie \
        url='https://kwaad.example/h.png'/></plaatje>&lt;script&gt;kwaad()&lt;/script&gt;</al></officiele-publicatie>";
    let spoken = "<vlosCoreDocument><vergadering><titel>&lt;script&gt;kwaad()&lt;/script&gt;</titel><activiteit><titel>\
        \"&gt;&lt;img src=x onerror=kwaad()&gt;</titel><woordvoerder><spreker><achternaam>&lt;b onclick=kwaad()&gt;\
        </achternaam></spreker><tekst><alinea><alineaitem>Een gewone zin.</alineaitem></alinea></tekst></woordvoerder>\
        </activiteit></vergadering></vlosCoreDocument>";
    let plain =
        "Een gewone zin. <script>kwaad()</script> <img src=x onerror=kwaad()> \"'&#x3c;script>";
    vec![
        ("html", html.into()),
        ("eml", mail.into()),
        (
            "docx",
            package(&[
                ("word/document.xml", word.as_bytes()),
                ("word/_rels/document.xml.rels", relations.as_bytes()),
            ]),
        ),
        (
            "odt",
            package(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", open.as_bytes()),
            ]),
        ),
        ("rtf", rtf.to_vec()),
        ("official", official.into()),
        ("vlos", spoken.into()),
        ("text", plain.into()),
        ("zip", package(&[("\"><script>kwaad()</script>.html", html.as_bytes())])),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_runs_or_is_fetched_reaches_the_reader() {
    for (format, file) in with_active_content() {
        let fresh = Fresh::new();
        fresh.apply(&entry(1, "Voortgang", file.len()));
        fresh.read(&file);
        let response = fresh.get("/document/2025D00001").await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let (_, page) = fresh.page("/document/2025D00001?q=zin").await;
        assert!(page.contains("Een gewone <mark"), "{format}: {page}");
        let (_, text) = page.split_once("id=\"tekst\">").unwrap();
        let (text, _) = text.rsplit_once("</article>").unwrap();
        check_markup(text);

        // The file itself may run nothing in the name of the site.
        let response = fresh.get("/document/2025D00001/bestand").await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}
