//! The detail pages of the demo, and that they are found: by old addresses, by search engines, by those
//! who share them. The facts were read in the sample itself (`sample/entities`), of days that what drips
//! in later does not touch.

use crate::demo::{Demo, assert_says};
use crate::support::{get, text};

/// The site's own address, as an operator sets it.
const OWN: &str = "https://griffier.example";

#[tokio::test(flavor = "multi_thread")]
async fn the_detail_pages_of_the_demo() {
    let demo = Demo::start_with(&["--drip=0", "--public-url", OWN]).await;
    a_vote_by_show_of_hands_is_drawn_seat_by_seat_beside_its_motion(&demo).await;
    a_roll_call_tells_members_rebels_and_what_is_missing(&demo).await;
    a_mistaken_vote_is_marked(&demo).await;
    a_commitment_tells_who_to_whom_when_and_how_long(&demo).await;
    a_party_has_members_a_way_of_voting_and_motions(&demo).await;
    a_party_is_found_by_each_of_its_names(&demo).await;
    a_committee_has_members_meetings_and_cases(&demo).await;
    a_ministry_is_told_from_the_functions_of_its_ministers(&demo).await;
    a_member_has_motions_questions_and_roll_calls(&demo).await;
    what_a_person_reports_is_shown(&demo).await;
    a_bill_has_a_course(&demo).await;
    a_motion_has_a_course(&demo).await;
    written_questions_tell_when_they_were_answered(&demo).await;
    a_meeting_has_participants_by_party_and_leads_to_what_replaced_it(&demo).await;
    words_are_explained(&demo).await;
    whatever_something_can_happen_to_can_be_watched(&demo).await;
    old_addresses_lead_here(&demo).await;
    what_is_not_there_is_a_page_that_helps(&demo).await;
    pages_can_be_shared_and_found(&demo).await;
    sitemaps_list_the_pages_by_month(&demo).await;
}

/// Of a page of each kind and of each list: what its button watches, with all that was chosen.
async fn whatever_something_can_happen_to_can_be_watched(demo: &Demo) {
    let vote = link(&demo.page("/zaak/2025Z12297").await, "/stemming/");
    let promise = link(&demo.page("/toezeggingen").await, "/toezegging/");
    for watched in [
        "/activiteit/2025A05046",
        "/activiteiten",
        "/activiteiten/ongepland",
        "/besluiten",
        "/commissie/VWS",
        "/document/2019D53771",
        "/documenten?soort=Motie",
        "/dossier/35373",
        "/dossiers?woorden=zorg",
        "/fractie/Nieuw%20Sociaal%20Contract",
        "/geschenken",
        "/ministerie/VWS",
        "/moties?fractie=SP",
        "/nevenfuncties",
        "/persoon/4959",
        "/reizen",
        "/stemmingen",
        "/toezeggingen?ministerie=VWS",
        "/verslag/dc665b38-00f1-4efe-a39a-1245ddd7e2ef",
        "/verslagen",
        "/vragen?stand=beantwoord",
        "/zaak/2019Z26157",
        "/zoeken?q=huur",
        &vote,
        &promise,
    ] {
        let page = demo.page(watched).await;
        let button = format!("name=\"onderwerp\" value=\"{watched}\"");
        assert!(page.contains(&button), "{watched} cannot be watched");
    }
    // All that a search was narrowed by is watched too.
    let narrow = "/zoeken?q=huur&soort=document&fractie=SP&van=2025-06-01&volgorde=nieuw";
    let button = format!("name=\"onderwerp\" value=\"{}\"", narrow.replace('&', "&#38;"));
    assert!(demo.page(narrow).await.contains(&button));
    // Persons, parties and committees are watched one by one.
    for none in ["/", "/personen", "/fracties", "/commissies", "/kamerleden", "/status", "/zoeken"]
    {
        assert!(!demo.page(none).await.contains("class=\"watch\""), "{none}");
    }
    let waiting = link(&demo.page("/vragen").await, "/zaak/");
    let page = demo.page(&waiting).await;
    assert!(page.contains("Laat weten als deze vragen zijn beantwoord"), "{waiting}");
    let answered = link(&demo.page("/vragen?stand=beantwoord").await, "/zaak/");
    let page = demo.page(&answered).await;
    assert!(!page.contains("Laat weten als deze vragen zijn beantwoord"), "{answered}");
}

/// The address of the first link on a page that begins so.
#[track_caller]
fn link(page: &str, start: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no link to {start}"));
    format!("{start}{}", rest.split_once('"').unwrap().0)
}

#[track_caller]
fn assert_links(page: &str, addresses: &[&str]) {
    for address in addresses {
        assert!(page.contains(&format!("href=\"{address}\"")), "no link to {address}");
    }
}

async fn a_vote_by_show_of_hands_is_drawn_seat_by_seat_beside_its_motion(demo: &Demo) {
    let zaak = demo.page("/zaak/2025Z12297").await;
    let vote = demo.page(&link(&zaak, "/stemming/")).await;
    assert_says(
        &text(&vote),
        &[
            "met handopsteken",
            "Motie van het lid Boswijk over een onderzoek naar de bijdrage van de \
             defensie-industrie",
            "25 juni 2025",
            "Dossier",
            "Veteranenzorg",
            "Aangenomen.",
            "110 voor",
            "39 tegen",
            "PVV, 37 zetels: voor",
            "GroenLinks-PvdA, 25 zetels: tegen",
            "Of een lid anders stemde, is niet gepubliceerd.",
            "Boswijk",
            "Indiener",
            "2025D28086",
            "overwegende dat daarom fors geïnvesteerd moet worden",
        ],
    );
    assert_eq!(vote.matches("<circle").count(), 149, "a seat each: one seat took no part");
    assert_links(
        &vote,
        &["/zaak/2025Z12297", "/fractie/PVV", "/document/2025D28086", "/dossier/30139"],
    );
}

async fn a_roll_call_tells_members_rebels_and_what_is_missing(demo: &Demo) {
    let page = demo.page("/stemming/b5382626-7c45-41ea-bb32-2f175cef7663").await;
    assert_says(
        &text(&page),
        &[
            "hoofdelijk",
            "Gewijzigde motie van het lid Eerdmans",
            "Aangenomen. (72-67)",
            "40 voor",
            "50 tegen",
            "10 niet deelgenomen",
            "Volgens het besluit waren het 72 stemmen voor en 67 tegen. Van 90 stemmen is gepubliceerd \
             wie ze uitbracht.",
            "Fractie Voor Tegen Niet",
            "Wie stemde wat",
            "Wilders, G. (PVV)",
        ],
    );
    assert!(page.contains("href=\"/persoon/"), "members are linked");
}

async fn a_mistaken_vote_is_marked(demo: &Demo) {
    let page = demo.text("/stemming/17becff8-6933-43d1-9dbc-4edbe9305d0e").await;
    assert_says(
        &page,
        &[
            "Motie van het lid Kröger over een heffing of verbod op het lozen van restwarmte",
            "PvdD 3 vergissing",
            "PvdD meldde zich te hebben vergist. De stem (tegen) telt zoals zij is uitgebracht.",
        ],
    );
}

async fn a_commitment_tells_who_to_whom_when_and_how_long(demo: &Demo) {
    let page = demo.page("/toezegging/TZ202506-122").await;
    assert_says(
        &text(&page),
        &[
            "de inzet ten behoeve van de NAVO-top",
            "Openstaand, te laat",
            "staat 27 dagen open",
            "H.W.M. Schoof, minister-president, minister van Algemene Zaken",
            "de Kamer",
            "5 juni 2025",
            "19 juni 2025",
            "Debat over de val van het kabinet",
            "Er is nog geen brief bekend",
        ],
    );
    assert_links(&page, &["/ministerie/AZ", "/activiteit/2025A04597"]);

    let to_a_member = demo.page("/toezegging/TZ202506-121").await;
    assert_says(&text(&to_a_member), &["C.C.J. Veldkamp", "Aan", "geen datum genoemd"]);
    assert!(to_a_member.contains("href=\"/persoon/") && to_a_member.contains("href=\"/fractie/"));
}

async fn a_party_has_members_a_way_of_voting_and_motions(demo: &Demo) {
    let page = demo.page("/fractie/SP").await;
    assert_says(
        &text(&page),
        &[
            "Socialistische Partij",
            "5 zetels",
            "Leden 5",
            "Sandra Beckerman",
            "Jimmy Dijk",
            "Zo stemt SP",
            "Over de laatste 100 stemmingen",
            "Fractie Gelijk Balk Stemmingen",
            "GroenLinks-PvdA",
            "Nieuwste moties",
            "Motie van",
        ],
    );
    assert_links(&page, &["/fractie/PVV", "/moties?fractie=SP"]);
    let former = demo.text("/fractie/50PLUS").await;
    assert_says(&former, &["20 september 2012 – 11 mei 2021", "zit niet meer in de Kamer"]);
}

async fn a_party_is_found_by_each_of_its_names(demo: &Demo) {
    // The name in votes, the full name, other capitals.
    for (name, here) in [
        ("NSC", "/fractie/Nieuw%20Sociaal%20Contract"),
        ("Socialistische%20Partij", "/fractie/SP"),
        ("sp", "/fractie/SP"),
    ] {
        let answer = get(&format!("{}/fractie/{name}", demo.site)).await;
        assert_eq!((answer.status, answer.header("location")), (308, here), "{name}");
    }
    let nsc = demo.page("/fractie/Nieuw%20Sociaal%20Contract").await;
    assert_says(&text(&nsc), &["19 zetels", "Zo stemt NSC", "Motie van het lid"]);
    assert_links(&nsc, &["/moties?fractie=NSC"]);
}

async fn a_committee_has_members_meetings_and_cases(demo: &Demo) {
    let page = demo.page("/commissie/VWS").await;
    assert_says(
        &text(&page),
        &[
            "Vaste commissie",
            "Vaste commissie voor Volksgezondheid, Welzijn en Sport",
            "Komende vergaderingen",
            "Procedurevergadering VWS",
            "Leden 9",
            "Wieke Paulusma D66",
            "Vacature",
            "VVD sinds 5 juni 2025",
            "Plaatsvervangers (9)",
            "Lijsten van vragen",
            "36 740-XIV, nr. 5",
            "Nieuwste zaken",
            "Laatste vergaderingen",
        ],
    );
    assert_links(&page, &["/activiteiten?commissie=VWS", "/fractie/D66"]);
    // By its GUID as well, and in other capitals.
    let id = "befe416e-ca1b-4804-97d0-7aca1dcba888";
    assert_says(&demo.text(&format!("/commissie/{id}")).await, &["Volksgezondheid"]);
    assert_says(&demo.text("/commissie/vws").await, &["Volksgezondheid"]);
    assert_says(
        &demo.text("/commissie/BZK%20%282008-2010%29").await,
        &["Deze commissie bestaat niet meer."],
    );
}

async fn a_ministry_is_told_from_the_functions_of_its_ministers(demo: &Demo) {
    let page = demo.page("/ministerie/BZ").await;
    assert_says(
        &text(&page),
        &[
            "Ministerie van Buitenlandse Zaken",
            "Openstaande toezeggingen 1",
            "S.A. Blok minister van Buitenlandse Zaken laatste brief op 22 december 2019",
            "genocidezaak van Zuid-Afrika",
            "2019D53771",
        ],
    );
    assert_links(&page, &["/vragen?ministerie=BZ", "/toezeggingen?ministerie=BZ"]);
    assert_says(
        &demo.text("/ministerie/JenV").await,
        &["Eerdere namen", "Veiligheid en Justitie (VenJ, tot 2017)"],
    );
    let former = get(&format!("{}/ministerie/VenJ", demo.site)).await;
    assert_eq!((former.status, former.header("location")), (308, "/ministerie/JenV"));
}

async fn a_member_has_motions_questions_and_roll_calls(demo: &Demo) {
    let page = demo.page("/persoon/48766").await;
    assert_says(
        &text(&page),
        &[
            "Tweede Kamerlid",
            "Harmen Krul",
            "CDA",
            "Moties 4",
            "Motie van de leden Krul en Ceder over de maatschappelijke diensttijd",
            "Aangenomen. 90 voor, 60 tegen",
            "Schriftelijke vragen 1",
            "Beantwoord na 40 dagen.",
            "Wake-up call: Microsoft",
            "gesteld op 22 mei 2025",
            "Hoofdelijke stemmingen",
            "Gewijzigde motie van het lid Eerdmans",
            "Tegen Aangenomen. (72-67)",
            "Commissies",
            "vaste commissie voor Volksgezondheid, Welzijn en Sport Lid",
        ],
    );
    assert_links(&page, &["/fractie/CDA", "/moties?persoon=48766", "/commissie/VWS"]);
}

async fn what_a_person_reports_is_shown(demo: &Demo) {
    let vera = demo.text("/persoon/99001").await;
    assert_says(
        &vera,
        &[
            "Nevenfuncties",
            "Voorzitter van een zangvereniging",
            "2021 - heden",
            "Onbezoldigd",
            "Geschenken",
            "Reizen",
            "Kopenhagen, Denemarken Studiereis mei 2023",
            "Loopbaan",
            "Projectleider Stichting Voorbeeld week 36 van 2019 – 30 maart 2021",
            "Docent geschiedenis",
            "Voorbeeldcollege 2009 – augustus 2014",
            "Opleiding",
            "Vwo",
        ],
    );
    let piet = demo.text("/persoon/99002").await;
    assert_says(
        &piet,
        &["Gastdocent", "2024: circa € 1.400 bruto per jaar", "2023: circa € 1.250,50"],
    );
}

async fn a_bill_has_a_course(demo: &Demo) {
    let page = demo.page("/dossier/36576").await;
    assert_says(
        &text(&page),
        &[
            "Wet collectieve warmte",
            "Verloop",
            "1 juli 2025",
            "Stemmingen over",
            "amendementen",
            "aangenomen",
            "Documenten",
            "Het hoogste volgnummer eerst.",
            "36 576, nr.",
        ],
    );
    assert!(!page.contains("class=\"pager\""), "39 documents fit on a page");
    let beyond = get(&format!("{}/dossier/36576?pagina=2", demo.site)).await;
    assert_eq!(beyond.status, 404);
}

async fn a_motion_has_a_course(demo: &Demo) {
    let page = demo.page("/zaak/2025Z12297").await;
    assert_says(
        &text(&page),
        &[
            "Motie",
            "Oordeel van het kabinet Oordeel Kamer",
            "Verloop",
            "Ingediend Motie 30 139, nr. 284",
            "25 juni 2025 Aangenomen de stemming per zetel 110 voor, 39 tegen",
            "Betrokken",
        ],
    );
    assert_links(&page, &["/begrippen#oordeel-kamer", "/fractie/CDA"]);
}

async fn written_questions_tell_when_they_were_answered(demo: &Demo) {
    let page = demo.page("/zaak/2024Z11859").await;
    assert_says(&text(&page), &["Schriftelijke vragen", "Antwoord", "beantwoord", "antwoord na"]);
    assert!(page.contains(">het antwoord</a>"));
}

async fn a_meeting_has_participants_by_party_and_leads_to_what_replaced_it(demo: &Demo) {
    let page = demo.page("/activiteit/2025A04597").await;
    assert_says(
        &text(&page),
        &[
            "Toezeggingen 1",
            "Deelnemers",
            "PVV M. Bosma , G. Wilders",
            "VVD",
            "Bewindspersoon c.a.",
        ],
    );
    assert_links(&page, &["/toezegging/TZ202506-122", "/fractie/PVV", "/ministerie/AZ"]);

    let replaced = demo.page("/activiteit/2024A07032").await;
    assert_links(&replaced, &["/activiteit/2025A00276"]);
    let replacing = demo.page("/activiteit/2025A00276").await;
    assert_links(&replacing, &["/activiteit/2024A07032"]);

    let votes = demo.page("/activiteit/2025A05020").await;
    assert!(votes.len() < 200_000, "{} bytes", votes.len());
    assert_says(&text(&votes), &["Aangenomen.", "voor,", "wie stemde wat"]);
}

async fn words_are_explained(demo: &Demo) {
    let page = demo.page("/begrippen").await;
    assert_says(&text(&page), &["Begrippen", "Amendement", "Motie", "Voortouw", "Zetel"]);
    assert!(page.contains("id=\"voortouw\""));
    let committee = demo.page("/commissie/VWS").await;
    assert_links(&committee, &["/begrippen#voortouw"]);
    assert_links(&demo.page("/wat-is-dit").await, &["/begrippen", "/status"]);
}

async fn old_addresses_lead_here(demo: &Demo) {
    for (old, here) in [
        ("/document.html?nummer=2019D53771", "/document/2019D53771"),
        ("/zaak.html?nummer=2019Z26157", "/zaak/2019Z26157"),
        ("/activiteit.html?nummer=2025A05020", "/activiteit/2025A05020"),
        ("/persoon.html?nummer=4959", "/persoon/4959"),
        ("/personphoto/4959", "/persoon/4959"),
        ("/ksd.html?ksd=36725&toevoeging=XVII", "/dossier/36725-XVII"),
        ("/commissie.html?id=befe416e-ca1b-4804-97d0-7aca1dcba888", "/commissie/VWS"),
        ("/toezegging.html?nummer=TZ202506-122", "/toezegging/TZ202506-122"),
        (
            "/verslag.html?vergaderingid=cb1f7745-3650-4401-af45-e8b3ac5e8c1f",
            "/verslag/cb1f7745-3650-4401-af45-e8b3ac5e8c1f",
        ),
        ("/get/2019D53771", "/document/2019D53771"),
        ("/getraw/2019D53771", "/document/2019D53771/bestand"),
        ("/getraw/2019D53771?version=1", "/document/2019D53771"),
        ("/getdoc/2019D53771", "/document/2019D53771/bestand"),
        ("/op/kst-35373-1", "/document/2019D53771"),
        ("/kst-35373-1", "/document/2019D53771"),
        // No version is known by this name: found by dossier and number.
        ("/kst-36740-XIV-5", "/document/2025D26975"),
        (
            "/search.html?q=ruslandstrategie&twomonths=false&soorten=alles",
            "/zoeken?q=ruslandstrategie",
        ),
        ("/index.html", "/"),
        ("/index.xml", "/documenten.atom"),
        ("/activiteiten.html", "/activiteiten"),
        ("/ongeplande-activiteiten.html", "/activiteiten/ongepland"),
        ("/besluiten.html", "/besluiten"),
        ("/commissies.html", "/commissies"),
        ("/geschenken.html", "/geschenken"),
        ("/kamerleden.html", "/kamerleden"),
        ("/ksds.html", "/dossiers"),
        ("/open-vragen.html", "/vragen"),
        ("/toezeggingen.html", "/toezeggingen"),
        ("/stemmingen.html", "/stemmingen"),
        ("/verslagen.html", "/verslagen"),
        ("/uitleg.html", "/wat-is-dit"),
    ] {
        let answer = get(&format!("{}{old}", demo.site)).await;
        assert_eq!((answer.status, answer.header("location")), (308, here), "{old}");
        let page = get(&format!("{}{here}", demo.site)).await;
        assert_eq!(page.status, 200, "{old} leads to {here}");
    }
    let elsewhere = get(&format!("{}/oo.html?nummer=ronl-1", demo.site)).await;
    assert_eq!(elsewhere.status, 307);
}

async fn what_is_not_there_is_a_page_that_helps(demo: &Demo) {
    for unknown in [
        "/kst-99999-1",
        "/op/kst-99999-1",
        "/ah-tk-19001901-1",
        "/document.html",
        "/ksd.html?ksd=veel",
        "/commissie.html?id=00000000-0000-0000-0000-000000000000",
        "/persoon/0",
        "/fractie/Onbekend",
        "/commissie/Onbekend",
        "/ministerie/Onbekend",
        "/toezegging/TZ000000-000",
        "/stemming/00000000-0000-0000-0000-000000000000",
        "/dossier/99999",
        "/onzin.html",
        "/sitemap/onzin.xml",
    ] {
        let answer = get(&format!("{}{unknown}", demo.site)).await;
        assert_eq!(answer.status, 404, "{unknown}");
        assert_says(&text(&answer.body), &["Deze pagina is er niet", "Zoek naar"]);
    }
    let no_code = get(&format!("{}/stemming/1", demo.site)).await;
    assert_eq!(no_code.status, 400);
}

async fn pages_can_be_shared_and_found(demo: &Demo) {
    for (path, canonical, title, description) in [
        (
            "/document/2019D53771",
            "/document/2019D53771",
            "Uitvoering van de gewijzigde motie",
            "Brief regering, 22 december 2019, S.A. Blok, Rusland",
        ),
        (
            "/commissie/vws",
            "/commissie/VWS",
            "Vaste commissie voor Volksgezondheid",
            "Vaste commissie",
        ),
        ("/fractie/SP", "/fractie/SP", "Fractie Socialistische Partij", "5 zetels"),
        (
            "/ministerie/BZ",
            "/ministerie/BZ",
            "Ministerie van Buitenlandse Zaken",
            "toezeggingen (1)",
        ),
        ("/persoon/4959", "/persoon/4959", "Don Ceder", "Tweede Kamerlid (ChristenUnie)"),
        (
            "/zaak/2025Z12297",
            "/zaak/2025Z12297",
            "Motie van het lid Boswijk",
            "Motie, D.G. Boswijk",
        ),
        ("/dossier/35373", "/dossier/35373", "Dossier 35\u{a0}373 Rusland", "met 1 documenten"),
        (
            "/toezegging/TZ202506-122",
            "/toezegging/TZ202506-122",
            "Toezegging: De minister-president zegt",
            "Openstaand, na te komen op 19 juni 2025",
        ),
    ] {
        let page = demo.page(path).await;
        let head = page.split_once("</head>").unwrap().0;
        let own = format!("{OWN}{canonical}");
        assert!(head.contains(&format!("<link rel=\"canonical\" href=\"{own}\">")), "{path}");
        assert!(head.contains(&format!("property=\"og:url\" content=\"{own}\"")), "{path}");
        assert!(
            head.contains(&format!("property=\"og:title\" content=\"{title}")),
            "{path}: {head}"
        );
        assert!(head.contains(&format!("<title>{title}")), "{path}");
        let described = head.split_once("name=\"description\" content=\"").unwrap().1;
        let described = described.split_once('"').unwrap().0;
        assert!(described.contains(description), "{path}: {described}");
        assert!(!head.contains("noindex"), "{path}");
    }
    let file = get(&format!("{}/document/2019D53771/bestand", demo.site)).await;
    assert_eq!(file.header("x-robots-tag"), "noindex");
}

async fn sitemaps_list_the_pages_by_month(demo: &Demo) {
    let robots = get(&format!("{}/robots.txt", demo.site)).await.body;
    assert!(robots.contains("Disallow: /zoeken"));
    assert!(robots.contains(&format!("Sitemap: {OWN}/sitemap.xml")));

    let index = get(&format!("{}/sitemap.xml", demo.site)).await;
    assert_eq!(index.header("content-type"), "application/xml; charset=utf-8");
    let month = format!("<loc>{OWN}/sitemap/documenten-2019-12.xml</loc>");
    // The month of one document, whose last touch is known.
    assert!(
        index.body.contains(&format!("{month}<lastmod>2024-02-19T09:56:09Z</lastmod>")),
        "{}",
        index.body
    );
    let part = get(&format!("{}/sitemap/documenten-2019-12.xml", demo.site)).await.body;
    assert!(part.contains(&format!(
        "<url><loc>{OWN}/document/2019D53771</loc><lastmod>2024-02-19T09:56:09Z</lastmod></url>"
    )));
    assert_eq!(part.matches("<url>").count(), 1);
    let others = get(&format!("{}/sitemap/overig.xml", demo.site)).await.body;
    for address in
        ["/persoon/4959", "/commissie/J&amp;V", "/fractie/SP", "/ministerie/VWS", "/dossier/35373"]
    {
        assert!(others.contains(&format!("<loc>{OWN}{address}</loc>")), "{address}");
    }
}
