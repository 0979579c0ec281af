//! The lists of the demo: what is in them, how filters combine, and each format read by a client of its
//! own. The numbers were counted in the sample itself (`sample/entities`), for days that what drips in
//! later does not touch.

use feed_rs::model::FeedType;
use icalendar::parser::{read_calendar, unfold};
use serde_json::Value;

use crate::demo::{Demo, assert_says};
use crate::support::{get, get_with, text};

/// Every list, with whether there is a calendar of it.
const LISTS: [(&str, bool); 18] = [
    ("/documenten", false),
    ("/activiteiten", true),
    ("/activiteiten/ongepland", false),
    ("/besluiten", false),
    ("/stemmingen", false),
    ("/commissies", false),
    ("/dossiers", false),
    ("/fracties", false),
    ("/geschenken", false),
    ("/kamerleden", false),
    ("/ministeries", false),
    ("/moties", false),
    ("/nevenfuncties", false),
    ("/personen", false),
    ("/reizen", false),
    ("/toezeggingen", true),
    ("/verslagen", false),
    ("/vragen", true),
];

/// All of it, on the demo that `demo` started.
pub(crate) async fn the_lists_show_what_is_there(demo: &Demo) {
    every_list_is_there_in_every_format(demo).await;
    documents_are_filtered_on_kind_party_and_day_together(demo).await;
    activiteiten_stand_day_by_day(demo).await;
    the_calendar_can_be_read_by_a_client(demo).await;
    votes_and_decisions_show_the_seats(demo).await;
    motions_show_their_outcome(demo).await;
    written_questions_are_a_ledger(demo).await;
    commitments_are_a_ledger(demo).await;
    the_house_by_party_with_its_vacancies(demo).await;
    committees_persons_and_ministries(demo).await;
    what_members_report(demo).await;
    dossiers_and_transcripts(demo).await;
    what_cannot_be_is_told(demo).await;
    pages_follow_each_other(demo).await;
    the_menu_leads_to_every_list(demo).await;
    the_overview_tells_what_is_new(demo).await;
    feeds_and_calendars_look_as_agreed(demo).await;
}

async fn json(demo: &Demo, path: &str) -> Value {
    let answer = get(&format!("{}{path}", demo.site)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
    serde_json::from_str(&answer.body).unwrap()
}

async fn total(demo: &Demo, path: &str) -> i64 {
    json(demo, path).await["totaal"].as_i64().unwrap()
}

/// The number of things with a value of a filter, as the list counts them.
fn count(list: &Value, filter: &str, value: &str) -> i64 {
    let values = list["aantallen"][filter].as_array().unwrap();
    let found = values.iter().find(|it| it["waarde"] == value);
    found.map_or(0, |it| it["aantal"].as_i64().unwrap())
}

async fn every_list_is_there_in_every_format(demo: &Demo) {
    for (path, has_calendar) in LISTS {
        let page = get(&format!("{}{path}", demo.site)).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.len() < 200_000, "{path} is {} bytes", page.body.len());
        assert!(!page.body.contains("<script>"), "{path} has no script in the page itself");

        let json = json(demo, &format!("{path}.json")).await;
        let rows = json["rijen"].as_array().unwrap();
        assert!(i64::try_from(rows.len()).unwrap() <= json["totaal"].as_i64().unwrap(), "{path}");
        // What the form offers is what the store counts: a filter that one of them lacks is a slip.
        let counted = json["aantallen"].as_object().unwrap();
        for (filter, values) in counted {
            let is_offered = page.body.contains(&format!("name=\"{filter}\""));
            let is_empty = values.as_array().unwrap().is_empty();
            assert!(is_offered || is_empty, "{path} counts {filter} and does not offer it");
        }

        let csv = get(&format!("{}{path}.csv", demo.site)).await;
        assert!(csv.header("content-type").starts_with("text/csv"), "{path}");
        let mut reader = csv::Reader::from_reader(csv.body.as_bytes());
        assert!(reader.headers().unwrap().iter().take(2).eq(["id", "titel"]), "{path}");
        let records = reader.records().map(Result::unwrap).count();
        // Between the two answers a few more may have dripped in.
        assert!(records.abs_diff(rows.len()) < 10, "{path}: {records} and {} rows", rows.len());

        let atom = get(&format!("{}{path}.atom", demo.site)).await;
        assert!(atom.header("content-type").starts_with("application/atom+xml"), "{path}");
        let feed = feed_rs::parser::parse(atom.body.as_bytes()).unwrap();
        assert_eq!(feed.feed_type, FeedType::Atom);
        // What RFC 4287 requires of a feed, and of each entry.
        assert!(feed.id.starts_with("http://127.0.0.1"), "{path}: {}", feed.id);
        assert!(feed.title.is_some_and(|title| !title.content.is_empty()), "{path}");
        assert!(feed.updated.is_some() && !feed.authors.is_empty(), "{path}");
        let relations: Vec<_> = feed.links.iter().filter_map(|link| link.rel.as_deref()).collect();
        assert!(relations.contains(&"self") && relations.contains(&"alternate"), "{path}");
        assert!(feed.entries.len().abs_diff(rows.len().min(50)) < 10, "{path}");
        let mut ids: Vec<_> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        for entry in &feed.entries {
            assert!(entry.id.starts_with("urn:uuid:"), "{path}: {}", entry.id);
            assert!(entry.updated.is_some() && entry.title.is_some(), "{path}: {}", entry.id);
            assert!(entry.summary.is_some(), "{path}: an entry without a link needs a summary");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), feed.entries.len(), "{path}: an id comes twice");

        let calendar = get(&format!("{}{path}.ics", demo.site)).await;
        assert_eq!(calendar.status, if has_calendar { 200 } else { 404 }, "{path}");

        for (suffix, kind) in
            [("json", "application/json"), ("csv", "text/csv"), ("atom", "application/atom+xml")]
        {
            let link = format!("rel=\"alternate\" type=\"{kind}\"");
            assert!(page.body.contains(&link), "{path} names its {suffix} to programs");
            let shown = page.body.rsplit_once("class=\"downloads\"").unwrap().1;
            assert!(shown.contains(&format!("href=\"{path}.{suffix}\"")), "{path}: {suffix}");
            let header = format!("<{path}.{suffix}>; rel=\"alternate\"; type=\"{kind}\"");
            assert!(page.header("link").contains(&header), "{}", page.header("link"));
        }
    }
}

async fn documents_are_filtered_on_kind_party_and_day_together(demo: &Demo) {
    let day = "/documenten.json?van=2025-06-25&tot=2025-06-25";
    let all = json(demo, day).await;
    assert_eq!(all["totaal"], 158, "attachments, speaker lists and the like left out");
    assert_eq!(count(&all, "soort", "Motie"), 44);
    assert_eq!(count(&all, "fractie", "SP"), 21);

    let motions = json(demo, &format!("{day}&soort=Motie&fractie=SP")).await;
    assert_eq!(motions["totaal"], 7);
    assert_eq!(count(&motions, "soort", "Motie"), 7, "counted with the other filter applied");
    assert!(count(&motions, "soort", "Motie (gewijzigd/nader)") > 0, "and not with its own");
    for row in motions["rijen"].as_array().unwrap() {
        assert_eq!((&row["soort"], &row["datum"]), (&"Motie".into(), &"2025-06-25".into()));
        let signers = row["ondertekenaars"].as_array().unwrap();
        assert!(signers.iter().any(|it| it["fractie"] == "SP"), "{row}");
    }
    let words = json(demo, "/documenten.json?van=alles&woorden=stoffer%20RUSLANDSTRATEGIE").await;
    assert_eq!(words["totaal"], 1);
    assert_eq!(words["rijen"][0]["nummer"], "2019D53771");
    let government = json(demo, &format!("{day}&regering=ja")).await;
    assert_eq!(government["totaal"], 17);

    let page = demo.page("/documenten?van=2025-06-25&tot=2025-06-25&soort=Motie&fractie=SP").await;
    assert_says(
        &text(&page),
        &["fractie: SP", "sinds 25 juni 2025", "7 documenten", "Woensdag 25 juni 2025", "SP"],
    );
    let without = "href=\"/documenten?soort=Motie&#38;van=2025-06-25&#38;tot=2025-06-25\"";
    assert!(page.contains(without), "each choice can be taken away");
}

async fn activiteiten_stand_day_by_day(demo: &Demo) {
    let page = demo.page("/activiteiten").await;
    let seen = text(&page);
    assert_says(
        &seen,
        &[
            "Zaterdag 28 juni 2025",
            "Veteranendag",
            "Maandag 30 juni",
            "besloten",
            "Gisteren",
            "Vandaag, woensdag 2 juli",
            "Geannuleerd",
            "Morgen, donderdag 3 juli",
        ],
    );
    assert!(page.contains("id=\"vandaag\"") && page.contains("href=\"#vandaag\""));
    assert!(!seen.contains("27 juni 2025"), "no more than four days ago");

    let days = "/activiteiten.json?van=2025-06-24&tot=2025-06-26";
    let all = json(demo, days).await;
    assert_eq!(all["totaal"], 35);
    assert_eq!(count(&all, "besloten", "ja"), 12);
    assert_eq!(count(&all, "status", "Verplaatst"), 7);
    assert_eq!(count(&all, "commissie", "I&W"), 6);
    let closed = json(demo, &format!("{days}&besloten=ja&commissie=FIN")).await;
    assert_eq!(closed["totaal"], 2);
    let begins: Vec<&str> =
        all["rijen"].as_array().unwrap().iter().filter_map(|row| row["begin"].as_str()).collect();
    assert!(begins.is_sorted(), "the earliest first");
    let with_minister = json(demo, &format!("{days}&ministerie=BZ")).await;
    assert_eq!(with_minister["totaal"], 1, "told by the minister's function");

    let nothing = demo.text("/activiteiten/ongepland").await;
    assert_says(
        &nothing,
        &["Nog niet geplande activiteiten", "Geen activiteiten die hieraan voldoen"],
    );
}

async fn the_calendar_can_be_read_by_a_client(demo: &Demo) {
    let answer =
        get(&format!("{}/activiteiten.ics?van=2025-06-24&tot=2025-07-02", demo.site)).await;
    assert!(answer.header("content-type").starts_with("text/calendar"));
    let unfolded = unfold(&answer.body);
    let calendar = read_calendar(&unfolded).unwrap();
    let named =
        |name: &str| calendar.components.iter().filter(|it| it.name == name).collect::<Vec<_>>();
    assert_eq!(named("VTIMEZONE").len(), 1);
    let events = named("VEVENT");
    let listed = total(demo, "/activiteiten.json?van=2025-06-24&tot=2025-07-02").await;
    assert!(i64::try_from(events.len()).unwrap().abs_diff(listed) < 5, "{listed} are listed");
    let property = |summary: &str, name: &str| {
        let event = events
            .iter()
            .find(|it| it.find_prop("SUMMARY").is_some_and(|it| it.val.as_str().contains(summary)));
        let property = event.and_then(|event| event.find_prop(name));
        property.map(|it| (it.val.as_str().to_owned(), format!("{:?}", it.params)))
    };
    let cancelled = "GEEN DOORGANG omgezet in schriftelijk overleg";
    assert_eq!(property(cancelled, "STATUS").unwrap().0, "CANCELLED");
    let (start, zone) = property(cancelled, "DTSTART").unwrap();
    assert_eq!(start, "20250702T143000");
    assert!(zone.contains("Europe/Amsterdam"), "{zone}");
    assert_eq!(
        property(cancelled, "UID").unwrap().0,
        "ec027ada-859e-40b8-98ef-d29a5c834e4e@griffier"
    );
    assert_eq!(property("Veteranendag", "STATUS").unwrap().0, "CONFIRMED");
    // Changed on 1 July, and thus later in the row of versions than what was last changed in 2023.
    let sequence = |summary| property(summary, "SEQUENCE").unwrap().0.parse::<i64>().unwrap();
    assert!(sequence(cancelled) > sequence("Veteranendag"));

    let due = get(&format!("{}/vragen.ics", demo.site)).await.body;
    assert!(due.contains("DTSTART;VALUE=DATE:202507"), "the last day for an answer is a whole day");
}

async fn votes_and_decisions_show_the_seats(demo: &Demo) {
    let day = "/stemmingen.json?van=2025-06-25&tot=2025-06-25";
    let votes = json(demo, day).await;
    assert_eq!(votes["totaal"], 126);
    assert_eq!(count(&votes, "uitslag", "Stemmen - aangenomen"), 93);
    assert_eq!(count(&votes, "uitslag", "Stemmen - verworpen"), 33);
    let boswijk = votes["rijen"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["zaak"]["naam"] == "2025Z12297")
        .expect("the vote on the motion Boswijk");
    assert_eq!(
        (&boswijk["stemmen"]["voor"], &boswijk["stemmen"]["tegen"]),
        (&110.into(), &39.into())
    );
    assert!(boswijk["adres"].as_str().unwrap().contains("/stemming/"));

    let rejected = format!("{day}&uitslag=Stemmen%20-%20verworpen&fractie=SP").replace(".json", "");
    let page = demo.text(&rejected).await;
    assert_says(
        &page,
        &["uitslag: verworpen", "Woensdag 25 juni 2025", "Verworpen.", "Voor", "Tegen"],
    );
    let roll_call = demo.text("/stemmingen?wijze=Hoofdelijk&tot=2025-07-01").await;
    assert_says(&roll_call, &["hoofdelijk", "Volgens het besluit waren het"]);

    let decisions = json(demo, "/besluiten.json?van=2025-06-25&tot=2025-06-25").await;
    assert_eq!(count(&decisions, "soort", "Stemmen - aangenomen"), 93);
    assert_eq!(count(&decisions, "zaak", "Motie"), 122);
    assert_says(
        &demo.text("/besluiten?van=2025-06-25&tot=2025-06-25&zaak=Motie").await,
        &["122 besluiten"],
    );
}

async fn motions_show_their_outcome(demo: &Demo) {
    let days = "/moties.json?van=2025-06-24&tot=2025-06-26";
    let all = json(demo, days).await;
    assert_eq!(all["totaal"], 106);
    assert_eq!(count(&all, "fractie", "NSC"), 21);
    // More opinions of the cabinet drip in.
    assert!(count(&all, "oordeel", "Ontraden") >= 27);
    let advised_against = json(demo, &format!("{days}&fractie=SP&oordeel=Ontraden")).await;
    assert!(advised_against["totaal"].as_i64().unwrap() >= 5);
    for row in advised_against["rijen"].as_array().unwrap() {
        assert_eq!(row["oordeel_kabinet"], "Ontraden");
        assert!(row["indieners"].as_array().unwrap().iter().any(|it| it["fractie"] == "SP"));
    }
    let page = demo.text("/moties?van=2025-06-24&tot=2025-06-26&fractie=SP&oordeel=Ontraden").await;
    assert_says(&page, &["moties.", "S.M. Beckerman", "SP", "kabinet: Ontraden", "voor,"]);
}

async fn written_questions_are_a_ledger(demo: &Demo) {
    let answered =
        json(demo, "/vragen.json?stand=beantwoord&woorden=politiebureau%20Wolvega").await;
    let row = &answered["rijen"][0];
    assert_eq!((&row["nummer"], &row["beantwoord"]), (&"2024Z11859".into(), &"2024-07-25".into()));
    assert_eq!((&row["dagen"], &row["uiterlijk"]), (&20.into(), &"2024-07-26".into()));
    assert_eq!(row["termijn"], "op-tijd");
    assert_eq!(row["aantal_vragen"], 8, "counted in the text of the answer");
    assert_eq!(row["gericht_aan"][0]["naam"], "D.M. van Weel");

    // Asked on Thursday 12 June: the last day for an answer is 3 July.
    let wind = json(demo, "/vragen.json?stand=alles&woorden=extra%20windturbines").await;
    assert_eq!(wind["rijen"][0]["uiterlijk"], "2025-07-03");

    let late = json(demo, "/vragen.json?tot=2025-06-01&termijn=te-laat").await;
    let late_rows = late["rijen"].as_array().unwrap();
    assert!(!late_rows.is_empty());
    for row in late_rows {
        assert!(row["dagen"].as_i64().unwrap() > 21, "{row}");
        assert!(row["uitgesteld"].is_null() && row["beantwoord"].is_null(), "{row}");
    }
    let page = demo.page("/vragen").await;
    assert_says(
        &text(&page),
        &[
            "stand: openstaand",
            "Open",
            "Te laat",
            "zonder uitstel",
            "Uitgesteld",
            "Gesteld per maand",
            "Open per fractie",
            "GroenLinks-PvdA",
            "Wat de woorden betekenen",
            "Meer dan drie weken (21 dagen) geleden gesteld",
        ],
    );
    assert!(page.contains("class=\"months\"") && page.contains("Als tabel"));
    assert!(!text(&page).contains("2024Z11859"), "what is answered is not open");
}

async fn commitments_are_a_ledger(demo: &Demo) {
    let overdue = json(demo, "/toezeggingen.json?termijn=verstreken").await;
    let row = &overdue["rijen"][0];
    assert_eq!(
        (&row["nummer"], &row["na_te_komen_op"]),
        (&"TZ202506-122".into(), &"2025-06-19".into())
    );
    assert_eq!(row["ministerie"]["naam"], "AZ");
    let general = json(demo, "/toezeggingen.json?ministerie=AZ&status=alles").await;
    assert_eq!((&general["totaal"], &general["rijen"][0]["nummer"]), (&1.into(), &row["nummer"]));
    assert_says(
        &demo.text("/toezeggingen").await,
        &[
            "status: Openstaand",
            "Verstreken 1",
            "verstreken op 19 juni 2025",
            "H.W.M. Schoof",
            "Open per ministerie",
            "Zoals de Kamer die bijhoudt",
        ],
    );
}

async fn the_house_by_party_with_its_vacancies(demo: &Demo) {
    let page = demo.text("/kamerleden").await;
    assert_says(
        &page,
        &[
            "Kamerleden.",
            "Partij voor de Vrijheid 37 zetels",
            "GroenLinks-PvdA 25 zetels",
            "BoerBurgerBeweging 8 zetels, 1 vacature",
            "JA21 1 zetel",
        ],
    );
    let transport = json(demo, "/kamerleden.json?commissie=I%26W&fractie=SP").await;
    assert!(transport["totaal"].as_i64().unwrap() >= 1);
    for row in transport["rijen"].as_array().unwrap() {
        assert_eq!(row["fractie"]["naam"], "SP");
    }
    let now = demo.text("/fracties").await;
    assert_says(&now, &["15 fracties", "Partij voor de Vrijheid", "PVV", "zetels: 37"]);
    assert!(!now.contains("GroenLinks GL"), "what is no more is not shown at first");
    let former = json(demo, "/fracties.json?bestaat=nee").await;
    assert_eq!(former["totaal"], 9);
    let rows = former["rijen"].as_array().unwrap();
    let pvda = rows.iter().find(|row| row["afkorting"] == "PvdA").unwrap();
    assert_eq!((&pvda["sinds"], &pvda["tot_en_met"]), (&"1946-02-09".into(), &"2023-10-26".into()));
    assert!(pvda["zetels"].is_null(), "its seats are those of another party now");
}

async fn committees_persons_and_ministries(demo: &Demo) {
    let standing = json(demo, "/commissies.json?soort=Vaste").await;
    let rows = standing["rijen"].as_array().unwrap();
    let vws = rows.iter().find(|row| row["afkorting"] == "VWS").unwrap();
    assert!(vws["leden"].as_i64().unwrap() > 5, "{vws}");
    assert!(!rows.iter().any(|row| row["afkorting"] == "VROM (2008-2010)"));
    let former = json(demo, "/commissies.json?soort=Vaste&bestaat=nee&woorden=milieubeheer").await;
    assert_eq!(former["rijen"][0]["afkorting"], "VROM (2008-2010)");

    let persons = json(demo, "/personen.json?woorden=ceder&functie=Tweede%20Kamerlid").await;
    assert_eq!(persons["totaal"], 1);
    assert_eq!(persons["rijen"][0]["fractie"], "ChristenUnie");
    assert!(persons["rijen"][0]["adres"].as_str().unwrap().ends_with("/persoon/4959"));
    assert_says(&demo.text("/personen?functie=Eerste%20Kamerlid").await, &["99 personen", "A "]);

    assert_says(
        &demo.text("/ministeries").await,
        &[
            "Algemene Zaken AZ",
            "Justitie en Veiligheid JenV",
            "Voorheen",
            "Veiligheid en Justitie",
            "open toezeggingen:",
            "Vroeger",
            "VROM",
        ],
    );
}

async fn what_members_report(demo: &Demo) {
    let gift = demo.text("/geschenken?woorden=bloemen").await;
    assert_says(&gift, &["1 geschenk", "Bos bloemen na een lezing.", "26 juni 2025"]);
    let journeys = json(demo, "/reizen.json?van=2023-01-01&tot=2023-01-31").await;
    let america = journeys["rijen"].as_array().unwrap().iter().any(|row| {
        row["bestemming"].as_str().is_some_and(|to| to.contains("Washington"))
            && row["betaald_door"] == "Tweede Kamer der Staten-Generaal"
            && row["van"] == "2023-01-08"
    });
    assert!(america, "{journeys}");
    let jobs = demo.text("/nevenfuncties?vergoeding=Bezoldigd").await;
    assert_says(
        &jobs,
        &["Gastdocent", "Bezoldigd", "Inkomsten", "2024: circa 1400 EUR bruto, per jaar"],
    );
    assert_eq!(total(demo, "/nevenfuncties.json?actief=nee").await, 1);
}

async fn dossiers_and_transcripts(demo: &Demo) {
    let found = json(demo, "/dossiers.json?van=alles&woorden=35373").await;
    assert_eq!(found["totaal"], 1);
    assert_eq!(found["rijen"][0]["titel"], "Rusland");
    assert!(found["rijen"][0]["adres"].as_str().unwrap().ends_with("/dossier/35373"));
    let recent = json(demo, "/dossiers.json?van=2025-06-25&tot=2025-06-25").await;
    assert!(recent["totaal"].as_i64().unwrap() > 10);
    assert_eq!(total(demo, "/dossiers.json?woorden=35373").await, 0, "no paper in these months");

    let plenary = demo.page("/verslagen?tot=2025-05-01&soort=Plenair").await;
    assert_says(
        &text(&plenary),
        &["1 verslag", "80e vergadering, woensdag 23 april 2025", "Ongecorrigeerd"],
    );
    assert!(plenary.contains("href=\"/verslag/cb1f7745-3650-4401-af45-e8b3ac5e8c1f\""));
}

async fn what_cannot_be_is_told(demo: &Demo) {
    let empty = demo.page("/moties?fractie=Bestaat%20Niet").await;
    assert_says(
        &text(&empty),
        &["fractie: Bestaat Niet", "Geen moties die hieraan voldoen", "begin opnieuw"],
    );
    assert!(empty.contains("href=\"/moties\""));
    for (query, expected) in [
        ("van=gisteren", "Schrijf achter van= een dag als 2025-07-02."),
        ("tot=2025-02-30", "een dag als 2025-07-02"),
        ("pagina=nul", "Schrijf een getal vanaf 1."),
        ("volgorde=kleur", "Kies uit: nieuw, oud."),
    ] {
        for format in ["", ".json", ".atom"] {
            let answer = get(&format!("{}/moties{format}?{query}", demo.site)).await;
            assert_eq!(answer.status, 400, "{query}");
            assert_says(&text(&answer.body), &["Dit adres klopt niet", expected]);
        }
    }
    let hostile = demo.page("/moties?fractie=%22%3E%3Cscript%3E&woorden=%25%27%3B--").await;
    assert!(!hostile.contains("<script>"));
    assert_says(&demo.text("/moties?pagina=999").await, &["Zoveel bladzijden zijn er niet"]);
    let everything = demo.text("/stemmingen?van=alles").await;
    assert_says(&everything, &["Kies een periode van hooguit een jaar", "stemmingen"]);
}

async fn pages_follow_each_other(demo: &Demo) {
    let first = get(&format!("{}/personen", demo.site)).await;
    assert!(first.header("link").contains("</personen?pagina=2>; rel=\"next\""));
    assert!(first.body.contains("rel=\"next\" href=\"/personen?pagina=2\""));
    assert_says(&text(&first.body), &["bladzijde 1 van 61"]);
    let last = demo.page("/personen?pagina=61").await;
    assert!(last.contains("rel=\"prev\" href=\"/personen?pagina=60\""));
    assert!(!last.contains("rel=\"next\""));

    let mut seen = std::collections::HashSet::new();
    let mut next = Some(format!("{}/personen.json", demo.site));
    let mut expected = 0;
    while let Some(address) = next {
        let page: Value = serde_json::from_str(&get(&address).await.body).unwrap();
        expected = page["totaal"].as_u64().unwrap();
        for row in page["rijen"].as_array().unwrap() {
            assert!(seen.insert(row["id"].as_str().unwrap().to_owned()), "{row} comes twice");
        }
        next = page["volgende"].as_str().map(str::to_owned);
    }
    assert_eq!(u64::try_from(seen.len()).unwrap(), expected, "the pages have all there is");
}

async fn the_menu_leads_to_every_list(demo: &Demo) {
    let page = demo.page("/").await;
    let menu =
        page.split_once("aria-label=\"Hoofdmenu\"").unwrap().1.split_once("</nav>").unwrap().0;
    for (path, _) in LISTS {
        assert!(menu.contains(&format!("href=\"{path}\"")), "{path}");
    }
}

async fn the_overview_tells_what_is_new(demo: &Demo) {
    let page = demo.page("/").await;
    assert!(page.contains("href=\"/documenten.atom\""));
    let (_, script) = page.split_once("src=\"/assets/nieuws-").expect("the script that looks");
    let script = script.split_once('"').unwrap().0;
    let script = get(&format!("{}/assets/nieuws-{script}", demo.site)).await;
    assert!(script.header("content-type").starts_with("text/javascript"));

    let everything = json(demo, "/nieuw.json?na=0").await;
    assert!(everything["documenten"].as_i64().unwrap() > 100);
    let last = everything["laatste"].as_i64().unwrap();
    let none = json(demo, &format!("/nieuw.json?na={}", last + 1_000_000)).await;
    assert_eq!((&none["documenten"], &none["verslagen"]), (&0.into(), &0.into()));
    assert_eq!(get(&format!("{}/nieuw.json?na=x", demo.site)).await.status, 400);
}

async fn feeds_and_calendars_look_as_agreed(demo: &Demo) {
    let host = [("host", "griffier.example")];
    let feed = get_with(&format!("{}/geschenken.atom", demo.site), &host).await.body;
    insta::assert_snapshot!("geschenken_atom", feed);
    let days = "/activiteiten.ics?van=2025-06-28&tot=2025-06-29";
    let calendar = get_with(&format!("{}{days}", demo.site), &host).await.body;
    insta::assert_snapshot!("activiteiten_ics", calendar.replace("\r\n", "\n"));
}
