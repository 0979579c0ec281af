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
         <updated>2025-07-0{token}T08:00:00Z</updated><category term=\"document\"/>\
         <link rel=\"next\" href=\"https://example.nl/Feed?skiptoken={token}&amp;category=Document\"/>\
         <content type=\"application/xml\">{content}</content></entry></feed>"
    )
}

impl Fresh {
    fn apply(&self, page: &str) {
        let page = feed::wire::parse_page(page.as_bytes()).unwrap();
        assert!(page.oddities.is_empty(), "{:?}", page.oddities);
        let category = page.entries[0].category;
        self.store.apply(category, page.entries, &[], Pass::Live, page.next).unwrap();
    }

    /// Fetches and reads the file that is wanted, which holds this; gives its hash.
    fn read(&self, text: &str) -> String {
        let task = self.store.files_to_fetch(Timestamp::now(), 10).unwrap().pop().unwrap();
        let mut writer = self.site.files.writer(1_000_000).unwrap();
        writer.write(text.as_bytes()).unwrap();
        let stored = writer.finish().unwrap();
        let sha256 = stored.sha256.to_string();
        let outcome = FileOutcome::Stored { sha256: sha256.clone(), size: stored.size };
        self.store.file_fetched(&task, &outcome).unwrap();
        let extracted = extract(text.as_bytes()).unwrap();
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
