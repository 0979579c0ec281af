//! `griffier up --demo`: the main job on the sample, page by page.

use crate::lists::the_lists_show_what_is_there;
use crate::search::search_is_one_address_in_every_form;
use crate::support::{Running, get, get_until, get_with, install_tls, text, until_complete};

/// The site of a demo that has done its first work.
pub(crate) struct Demo {
    _running: Running,
    _folder: tempfile::TempDir,
    pub(crate) site: String,
}

impl Demo {
    /// A demo in which it stays Wednesday noon, however long the tests take.
    pub(crate) async fn start() -> Self {
        Self::start_with(&["--drip=0"]).await
    }

    pub(crate) async fn start_with(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = vec!["up", "--demo", "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        let mut running = Running::start(folder.path(), &arguments);
        let site = running.site();
        until_complete(&site).await;
        Self { _running: running, _folder: folder, site }
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = get(&format!("{}{path}", self.site)).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        text(&self.page(path).await)
    }
}

#[track_caller]
pub(crate) fn assert_says(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => {
                let start: String = rest.chars().take(1_000).collect();
                panic!("{part:?} is missing, or not in its place; what came there: {start}")
            }
        }
    }
}

/// One demo serves all checks: its first work takes most of the time.
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_does_the_whole_job() {
    let demo = Demo::start().await;
    the_overview_shows_what_is_new_and_what_is_coming(&demo).await;
    the_reference_document_shows_every_element(&demo).await;
    a_text_is_read_with_its_references_its_changes_and_the_words_sought(&demo).await;
    a_motion_shows_how_was_voted(&demo).await;
    a_zaak_a_dossier_an_activiteit_and_a_person_link_to_each_other(&demo).await;
    search_finds_words_phrases_and_numbers(&demo).await;
    search_is_one_address_in_every_form(&demo).await;
    files_can_be_fetched_whole_in_part_and_not_again(&demo).await;
    errors_are_pages_that_help(&demo).await;
    answers_are_safe_and_need_not_be_sent_twice(&demo).await;
    the_lists_show_what_is_there(&demo).await;
}

async fn the_overview_shows_what_is_new_and_what_is_coming(demo: &Demo) {
    let page = demo.page("/").await;
    let overview = text(&page);
    assert_says(
        &overview,
        &[
            "Woensdag 2 juli 2025",
            "Nieuwe documenten",
            "Vandaag, woensdag 2 juli",
            "Gisteren, dinsdag 1 juli",
            "Agenda",
            "Vandaag, woensdag 2 juli",
            "Geannuleerd",
            "Morgen, donderdag 3 juli",
            "Nieuwe verslagen",
            "80e vergadering, woensdag 23 april 2025",
        ],
    );
    assert!(!overview.contains("Bijlage ·"), "attachments are left out");
    assert!(page.contains("De klok staat op woensdag 2 juli 2025, 12:00 uur."));

    // What drips in may fill the page with today.
    let yesterday = demo.text("/?tot=2025-07-02").await;
    assert_says(&yesterday, &["Eerdere documenten", "Gisteren, dinsdag 1 juli", "Agenda"]);

    let government = demo.text("/?regering=ja").await;
    assert!(government.contains("Brief regering"));
    assert!(!government.contains("Motie van het lid"), "only the government");

    let (_, older) = page.split_once("href=\"/?tot=").expect("a link to the days before");
    let day = older.split_once('"').unwrap().0;
    let before = demo.text(&format!("/?tot={day}")).await;
    assert!(before.contains("juni 2025") && !before.contains("Vandaag, woensdag 2 juli 38"));
}

async fn the_reference_document_shows_every_element(demo: &Demo) {
    let page = demo.page("/document/2019D53771").await;
    assert_says(
        &text(&page),
        &[
            "Brief regering",
            "Uitvoering van de gewijzigde motie van de leden Stoffer en Verhoeven over opstellen \
             van een Ruslandstrategie",
            "Rusland",
            "2019D53771",
            "22 december 2019",
            "bijgewerkt 19 februari 2024, 10:56",
            "versie 3",
            "Verwijs als Kamerstukken II 2019/20, 35 373, nr. 1",
            "Bestand (PDF, 153 kB)",
            "Officiële publicatie kst-35373-1",
            "Bij de Tweede Kamer",
            "Personen",
            "S.A. Blok",
            "Eerste ondertekenaar",
            "minister van Buitenlandse Zaken",
            "Dossier",
            "35 373, nr. 1",
            "Officiële publicatie Soort Brief, Kamerstuk Vergaderjaar 2019-2020 Gedateerd 22 december 2019",
            "Zaak",
            "2019Z26157",
            "Tekst van de officiële publicatie kst-35373-1.",
            "BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN",
            "De inzet zal echter wel van twee kanten moeten komen",
            "De Minister van Buitenlandse Zaken",
            "Kamerstuk 33 694, nr. 37",
            "Kamerstuk 34 952, nr. 30",
        ],
    );
    for link in [
        "/document/2019D53771/bestand",
        "https://zoek.officielebekendmakingen.nl/kst-35373-1.html",
        "https://zoek.officielebekendmakingen.nl/kst-33694-37.html",
        "https://zoek.officielebekendmakingen.nl/h-tk-20182019-39-33.html",
        "#kop-3",
        "/dossier/35373",
        "/zaak/2019Z26157",
        "#noot-1",
        "#bij-noot-1",
    ] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
    }
}

async fn a_text_is_read_with_its_references_its_changes_and_the_words_sought(demo: &Demo) {
    let marked = demo.page("/document/2019D53771?q=ruslandstrategie").await;
    assert!(marked.contains("<mark id=\"gevonden\">Ruslandstrategie</mark>"));

    let original = "/document/2025D30353";
    let amended = demo.page("/document/2025D31219").await;
    let compare = "/document/2025D31219/vergelijk?met=2025D30353";
    for link in [original, compare] {
        assert!(amended.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(demo.page(original).await.contains(&format!("href=\"{compare}\"")));
    let difference = demo.page(compare).await;
    assert!(difference.contains("<ins>GEWIJZIGDE</ins> MOTIE VAN HET LID DE HOOP"));
    assert!(difference.contains("<del>862</del> <ins>864</ins>"));

    let cited = demo.page("/document/2025D30353").await;
    assert!(!cited.contains("id=\"verwijzingen\""), "nothing refers to it");
}

async fn a_motion_shows_how_was_voted(demo: &Demo) {
    assert_says(
        &demo.text("/zaak/2025Z12297").await,
        &[
            "Motie",
            "Motie van het lid Boswijk over een onderzoek naar de bijdrage van de \
             defensie-industrie aan maatschappelijke weerbaarheid",
            "afgedaan",
            "Boswijk",
            "CDA",
            "Indiener",
            "Aangenomen.",
            "25 juni 2025",
            "Voor 110",
            "PVV 37",
            "Tegen 39",
            "GroenLinks-PvdA 25",
            "Documenten",
        ],
    );
}

async fn a_zaak_a_dossier_an_activiteit_and_a_person_link_to_each_other(demo: &Demo) {
    let zaak = demo.page("/zaak/2019Z26157").await;
    assert!(zaak.contains("href=\"/document/2019D53771\""));
    let dossier = demo.page("/dossier/35373").await;
    assert!(dossier.contains("href=\"/document/2019D53771\""));
    assert_says(&text(&dossier), &["35 373 Rusland", "Documenten"]);

    let activiteit = demo.page("/activiteit/2025A05020").await;
    assert_says(
        &text(&activiteit),
        &[
            "Stemmingen",
            "woensdag 25 juni 2025, 14:10 – 14:50",
            "Plenaire zaal",
            "Agenda",
            "Aangenomen.",
        ],
    );
    assert!(activiteit.contains("href=\"/zaak/2025Z12297\""));

    let persoon = demo.page("/persoon/4959").await;
    assert_says(
        &text(&persoon),
        &[
            "Tweede Kamerlid",
            "Don Ceder",
            "ChristenUnie",
            "sinds 6 december 2023",
            "Moties",
            "Motie van het lid",
        ],
    );
    let motion = "/zaak/2025Z13860";
    assert!(persoon.contains(&format!("href=\"{motion}\"")));
    assert!(demo.page(motion).await.contains("href=\"/persoon/4959\""));
}

async fn a_transcript_reads_from_item_to_speech(demo: &Demo) {
    // The first version of this morning's transcript appears at 12:29, in a few seconds.
    let address = format!("{}/verslag/dc665b38-00f1-4efe-a39a-1245ddd7e2ef", demo.site);
    let page = get_until(&address, |answer| answer.body.contains("class=\"speech\"")).await.body;
    assert_says(
        &text(&page),
        &[
            "103e vergadering, woensdag 2 juli 2025",
            "Inhoud",
            "Passend onderwijs",
            "Opening",
            "Goedemorgen, dames en heren. Ik open de vergadering van woensdag 2 juli 2025.",
            "De heer Soepboer (NSC):",
        ],
    );
    assert!(page.contains("href=\"/activiteit/2025A04278\""), "to the agenda's page");
    assert!(page.contains("class=\"speech interruption\"") || page.contains("class=\"motion\""));
    let (_, anchor) = page.split_once("class=\"speech\" id=\"").unwrap();
    let anchor = anchor.split_once('"').unwrap().0;
    assert!(page.contains(&format!("href=\"#{anchor}\"")), "each speech has a link of its own");
}

async fn search_finds_words_phrases_and_numbers(demo: &Demo) {
    let words = demo.page("/zoeken?q=ruslandstrategie").await;
    assert!(words.contains("<mark>Ruslandstrategie</mark>"), "the snippet shows why");
    // The hit leads to where it stands, with all that was asked for marked.
    let (_, landing) = words.split_once("href=\"/document/2019D53771").unwrap();
    let landing = landing.split_once('"').unwrap().0;
    assert!(landing.starts_with("?q=ruslandstrategie#gevonden:~:text="), "{landing}");
    let landed = demo.page("/document/2019D53771?q=ruslandstrategie").await;
    assert!(landed.contains("<mark id=\"gevonden\">Ruslandstrategie</mark>"));

    let phrase = demo.text("/zoeken?q=%22druk+en+dialoog%22").await;
    assert_says(&phrase, &["1 gevonden", "Ruslandstrategie"]);
    let wrong_order = demo.text("/zoeken?q=%22dialoog+en+druk%22").await;
    assert_says(&wrong_order, &["Niets gevonden"]);

    let number = demo.page("/zoeken?q=35373-1").await;
    assert_says(&text(&number), &["Direct naar", "35 373, nr. 1"]);
    assert!(number.contains("href=\"/document/2019D53771\""));

    let newest = demo.text("/zoeken?q=motie&soort=document&volgorde=nieuw").await;
    let (first, second) = (newest.find("2 juli 2025"), newest.find("30 juni 2025"));
    assert!(first.is_some() && second.is_none_or(|second| first < Some(second)), "{newest}");

    let ill_formed = demo.text("/zoeken?q=%22defensie").await;
    assert_says(&ill_formed, &["aanhalingsteken", "gevonden"]);

    let hostile = demo.page("/zoeken?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(!hostile.contains("<script>") && hostile.contains("alert"));
}

async fn files_can_be_fetched_whole_in_part_and_not_again(demo: &Demo) {
    let address = format!("{}/document/2019D53771/bestand", demo.site);
    let whole = get(&address).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.header("content-type"), "application/pdf");
    let name = whole.header("content-disposition");
    assert!(name.contains("2019D53771-uitvoering-van-de-gewijzigde-motie"), "{name}");
    assert!(name.ends_with(".pdf\""), "{name}");
    assert!(whole.body.starts_with("%PDF"));

    let part = get_with(&address, &[("range", "bytes=0-3")]).await;
    assert_eq!((part.status, part.body.as_str()), (206, "%PDF"));

    let etag = whole.header("etag");
    assert_eq!(get_with(&address, &[("if-none-match", etag)]).await.status, 304);

    // A file that calls itself PDF, and is Word: what it is goes before what it is called.
    let mislabelled = get(&format!("{}/document/2009D26343/bestand", demo.site)).await;
    assert_eq!(mislabelled.header("content-type"), "application/msword");
}

async fn errors_are_pages_that_help(demo: &Demo) {
    let status = |path: &str| {
        let address = format!("{}{path}", demo.site);
        async move {
            let answer = get(&address).await;
            (answer.status, text(&answer.body))
        }
    };
    let (code, page) = status("/document/2099D00001").await;
    assert_eq!(code, 404);
    assert_says(&page, &["Deze pagina is er niet", "Zoek naar “2099D00001”"]);
    assert_eq!(status("/geen/pagina").await.0, 404);

    for bad in ["/dossier/abc", "/verslag/12", "/zoeken?q=x&soort=onzin", "/zoeken?q=x&pagina=twee"]
    {
        let (code, page) = status(bad).await;
        assert_eq!(code, 400, "{bad}");
        assert_says(&page, &["Dit adres klopt niet"]);
    }
    install_tls();
    let posted = reqwest::Client::new().post(format!("{}/", demo.site)).send().await.unwrap();
    assert_eq!(posted.status().as_u16(), 405);
}

async fn answers_are_safe_and_need_not_be_sent_twice(demo: &Demo) {
    let address = format!("{}/dossier/35373", demo.site);
    let answer = get(&address).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let again = get_with(&address, &[("if-none-match", answer.header("etag"))]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let packed = get_with(&address, &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");

    let mut page = answer.body;
    let (before, style) = page.split_once("/assets/style-").unwrap();
    let after = style.split_once(".css").unwrap().1;
    page = format!("{before}/assets/style.css{after}");
    insta::assert_snapshot!("dossier", page);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_later_drips_in() {
    let demo = Demo::start_with(&[]).await;
    // It is announced to who has the overview open.
    let news: serde_json::Value =
        serde_json::from_str(&demo.page("/nieuw.json?na=0").await).unwrap();
    let address = format!("{}/nieuw.json?na={}", demo.site, news["laatste"]);
    get_until(&address, |answer| {
        let news: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        news["documenten"].as_i64().unwrap() > 0
    })
    .await;

    a_transcript_reads_from_item_to_speech(&demo).await;

    // Moved to another moment at 12:25; at the demo's speed that is some twelve seconds later.
    let moved = get_until(&format!("{}/activiteit/2024A04716", demo.site), |answer| {
        text(&answer.body).contains("Verplaatst")
    })
    .await;
    assert_says(&text(&moved.body), &["Verplaatst. Deze activiteit gaat niet door"]);

    // Withdrawn at 13:25: the page that was says so, and search forgets it.
    let address = format!("{}/document/2025D99002", demo.site);
    let withdrawn = get_until(&address, |answer| answer.status != 200).await;
    assert_eq!(withdrawn.status, 410);
    assert_says(&text(&withdrawn.body), &["Dit is ingetrokken"]);
    let search = format!("{}/zoeken?q=2025D99002", demo.site);
    get_until(&search, |answer| text(&answer.body).contains("Niets gevonden")).await;
}
