//! The reader of the wire format against literal answers of the source, and against damage.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use feed::wire::{Page, WireError, parse_entity, parse_page};
use model::entities::{
    Activiteit, Besluit, CommissieZetelVastPersoon, FractieZetelPersoon, Persoon, Stemming,
    Toezegging, Vergadering,
};
use model::value::{Amount, Partial};
use model::{Category, Entity, Entry, FileInfo, Record, State};
use proptest::prelude::*;

const STEMMINGEN: &str = include_str!("data/stemming_page.xml");
const ACTIVITEITEN: &str = include_str!("data/activiteit_feed.xml");
const BESLUITEN: &str = include_str!("data/besluit_feed.xml");
const PERSONEN: &str = include_str!("data/persoon_feed_sample.xml");
const ENTRY: &str = include_str!("data/fractiezetelpersoon_entry.xml");
const ENTITY: &str = include_str!("data/commissiezetelvastpersoon_entity.xml");

fn page(xml: &str) -> Page {
    parse_page(xml.as_bytes()).unwrap()
}

/// A page around entries, as the source writes it.
fn feed_of(entries: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>"#
    )
}

/// An entry around an entity.
fn entry_of(token: i64, entity: &str) -> String {
    format!(
        r#"<entry><title>x</title><updated>2025-06-24T09:12:33.1234567Z</updated><link rel="next" href="https://example.nl/Feed?skiptoken={token}&amp;category=X"/><content type="application/xml">{entity}</content></entry>"#
    )
}

fn content<T: Record>(entry: &Entry) -> T {
    match &entry.state {
        State::Present { entity, .. } => T::from_entity((**entity).clone()).unwrap(),
        State::Deleted => panic!("the entry is a deletion"),
    }
}

fn moment(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn a_real_page_of_votes_with_deletions() {
    let page = page(STEMMINGEN);
    assert_eq!(page.next, Some(3_560_496));
    let tokens: Vec<_> = page.entries.iter().map(|entry| entry.token).collect();
    assert_eq!(tokens, [3_547_906, 3_547_907, 3_560_438, 3_560_439, 3_560_440]);
    assert_eq!(page.entries[0].state, State::Deleted);
    assert_eq!(page.entries[0].category, Category::Stemming);
    assert_eq!(page.entries[0].updated, moment("2019-07-15T09:03:25.8090954Z"));

    let vote: Stemming = content(&page.entries[2]);
    assert_eq!(vote.soort.as_deref(), Some("Tegen"));
    assert_eq!(vote.fractie_grootte, Some(9));
    assert_eq!(vote.vergissing, Some(false));
    assert_eq!(vote.sid_actor_lid, None, "xsi:nil");
    assert_eq!(vote.besluit.unwrap().to_string(), "643f76ba-2d42-4d6f-b903-d71b0927144a");
    assert_eq!(page.oddities, []);
}

#[test]
fn a_real_activiteit_has_amsterdam_times_without_an_offset() {
    let page = page(ACTIVITEITEN);
    let activiteit: Activiteit = content(&page.entries[0]);
    assert_eq!(activiteit.onderwerp.as_deref(), Some("(groot project) Pallas"));
    assert_eq!(activiteit.aanvangstijd, moment("2026-06-24T12:00:00Z"));
    assert_eq!(activiteit.besloten, Some(false));
    assert_eq!(activiteit.locatie, None);
    assert_eq!(page.entries[0].bijgewerkt, moment("2026-09-10T11:30:01.867Z"));
    assert_eq!(
        activiteit.voortouwcommissie.unwrap().to_string(),
        "befe416e-ca1b-4804-97d0-7aca1dcba888"
    );
    assert_eq!(page.oddities, []);
}

#[test]
fn a_real_besluit_lists_its_zaken() {
    let besluit: Besluit = content(&page(BESLUITEN).entries[0]);
    assert_eq!(besluit.zaak.len(), 1);
    assert_eq!(besluit.status.as_deref(), Some("Voorstel"));
    assert_eq!(besluit.besluit_tekst, None);
}

#[test]
fn an_entry_without_a_link_of_its_own_is_numbered_by_the_page() {
    let page = page(PERSONEN);
    assert_eq!(page.entries[0].token, 99);
    let persoon: Persoon = content(&page.entries[0]);
    assert_eq!(persoon.achternaam.as_deref(), Some("Savornin Lohman"));
    assert_eq!(persoon.roepnaam, None);
    assert_eq!(page.entries[0].bijgewerkt, moment("2023-08-29T11:09:44Z"));
}

#[test]
fn the_token_is_found_whatever_the_order_of_the_parameters() {
    let page = page(&feed_of(ENTRY));
    assert_eq!(page.entries[0].token, 16_687_327);
    let zetel: FractieZetelPersoon = content(&page.entries[0]);
    assert_eq!(zetel.van.unwrap().to_string(), "2002-05-23");
}

#[test]
fn the_default_namespace_with_prefixed_attributes() {
    let page = page(&feed_of(&entry_of(7, ENTITY)));
    let zetel: CommissieZetelVastPersoon = content(&page.entries[0]);
    assert_eq!(zetel.functie.as_deref(), Some("Lid"));
    assert_eq!(zetel.tot_en_met.unwrap().to_string(), "2006-11-29");
    assert_eq!(page.entries[0].token, 7);
}

#[test]
fn the_prefix_ns1_on_elements_and_attributes() {
    let xml = feed_of(&entry_of(
        9,
        r#"<ns1:toezegging xmlns:ns1="http://www.tweedekamer.nl/xsd/tkData/v1-0" id="00000000-0000-0000-0000-000000000001" ns1:bijgewerkt="2025-07-01T15:04:05+02:00" ns1:verwijderd="false"><ns1:nummer>TZ202507-001</ns1:nummer><ns1:isAanvullingOp ref="00000000-0000-0000-0000-000000000002" ns1:bijgewerkt="2025-07-01T15:04:05+02:00"/><ns1:isAanvullingOp ref="00000000-0000-0000-0000-000000000003"/><ns1:tekst>De brief komt v&#xF3;&#243;r de zomer &amp; niet later.</ns1:tekst></ns1:toezegging>"#,
    ));
    let entry = &page(&xml).entries[0];
    assert_eq!(entry.bijgewerkt, moment("2025-07-01T13:04:05Z"));
    let toezegging: Toezegging = content(entry);
    assert_eq!(toezegging.nummer.as_deref(), Some("TZ202507-001"));
    assert_eq!(toezegging.is_aanvulling_op.len(), 2);
    assert_eq!(toezegging.tekst.as_deref(), Some("De brief komt vóór de zomer & niet later."));
}

#[test]
fn a_meeting_that_has_not_closed_has_no_closing_time() {
    let xml = feed_of(&entry_of(
        1,
        r#"<vergadering id="00000000-0000-0000-0000-000000000001" bijgewerkt="2025-07-01T15:04:05+02:00" verwijderd="false"><aanvangstijd>2025-07-02T10:15:00+02:00</aanvangstijd><sluiting>0001-01-01T00:00:00</sluiting></vergadering>"#,
    ));
    let page = page(&xml);
    let vergadering: Vergadering = content(&page.entries[0]);
    assert_eq!(vergadering.sluiting, None);
    assert_eq!(vergadering.aanvangstijd, moment("2025-07-02T08:15:00Z"));
    assert_eq!(page.oddities, []);
}

#[test]
fn partial_dates_and_amounts_stay_as_published() {
    let xml = feed_of(
        &[
            entry_of(1, r#"<persoonReis id="00000000-0000-0000-0000-000000000001" verwijderd="false"><van>2019-W07</van><totEnMet>2019</totEnMet></persoonReis>"#),
            entry_of(2, r#"<persoonNevenfunctieInkomsten id="00000000-0000-0000-0000-000000000002" verwijderd="false"><bedrag>1250.50</bedrag></persoonNevenfunctieInkomsten>"#),
        ]
        .concat(),
    );
    let page = page(&xml);
    let State::Present { entity, .. } = &page.entries[0].state else { panic!() };
    let Entity::PersoonReis(reis) = &**entity else { panic!() };
    assert_eq!(reis.van, Partial(Some("2019-W07".into())));
    assert_eq!(reis.tot_en_met, Partial(Some("2019".into())));
    let State::Present { entity, .. } = &page.entries[1].state else { panic!() };
    let Entity::PersoonNevenfunctieInkomsten(inkomsten) = &**entity else { panic!() };
    assert_eq!(inkomsten.bedrag, Amount(Some("1250.50".into())));
}

#[test]
fn a_file_is_announced_with_type_and_size() {
    let xml = feed_of(&entry_of(
        1,
        r#"<document xmlns:tk="t" id="00000000-0000-0000-0000-000000000001" tk:verwijderd="False" tk:contentType="application/pdf" tk:contentLength="19775"><documentNummer>2024D24321</documentNummer></document>"#,
    ));
    let State::Present { file, .. } = &page(&xml).entries[0].state else { panic!() };
    assert_eq!(
        *file,
        Some(FileInfo { content_type: "application/pdf".into(), content_length: Some(19775) })
    );
}

#[test]
fn a_deletion_is_recognised_in_each_spelling_and_with_a_body() {
    for spelling in ["true", "True"] {
        let xml = feed_of(&entry_of(
            1,
            &format!(
                r#"<zaak id="00000000-0000-0000-0000-000000000001" verwijderd="{spelling}"><nummer>2025Z1</nummer></zaak>"#
            ),
        ));
        assert_eq!(page(&xml).entries[0].state, State::Deleted);
    }
}

#[test]
fn what_the_model_does_not_know_is_noted_and_does_not_hold_up_the_rest() {
    let xml = feed_of(
        &[
            entry_of(1, r#"<zaak id="00000000-0000-0000-0000-000000000001" verwijderd="false"><nummer>2025Z1</nummer><nieuwVeld>?</nieuwVeld><volgnummer>twaalf</volgnummer></zaak>"#),
            entry_of(2, r#"<woordvoerder id="00000000-0000-0000-0000-000000000002" verwijderd="false"/>"#),
            entry_of(3, r#"<zaak id="geen guid" verwijderd="false"/>"#),
            entry_of(4, r#"<zaak id="00000000-0000-0000-0000-000000000004" verwijderd="false"/>"#),
        ]
        .concat(),
    );
    let page = page(&xml);
    let tokens: Vec<_> = page.entries.iter().map(|entry| entry.token).collect();
    assert_eq!(tokens, [1, 4]);
    let odd: Vec<_> = page.oddities.iter().map(|oddity| oddity.what.as_str()).collect();
    assert_eq!(
        odd,
        [
            "Zaak has no field <nieuwVeld>",
            "Zaak.volgnummer holds \"twaalf\"",
            "<woordvoerder> is no known category, or has no id",
            "an entry of category \"\" without a readable entity",
            "<zaak> is no known category, or has no id",
            "an entry of category \"\" without a readable entity",
        ]
    );
}

#[test]
fn the_end_of_the_feed_is_a_page_without_entries() {
    let xml = feed_of(
        r#"<link rel="resume" href="https://example.nl/Feed?category=Zaak&amp;skiptoken=12"/>"#,
    );
    let page = page(&xml);
    assert_eq!(page.entries, []);
    assert_eq!(page.next, Some(12));
}

#[test]
fn a_page_that_is_cut_off_anywhere_is_refused_whole() {
    let whole = BESLUITEN.trim_end();
    let sentinel = whole.len() - "</feed>".len();
    for end in (0..=sentinel).filter(|end| whole.is_char_boundary(*end)) {
        assert!(parse_page(&whole.as_bytes()[..end]).is_err(), "accepted after {end} bytes");
    }
}

#[test]
fn an_answer_that_is_no_feed_is_named() {
    let error = parse_page(b"<!DOCTYPE html><html><body>Storing</body></html>").unwrap_err();
    assert!(matches!(&error, WireError::NotAFeed(root) if root == "html"), "{error}");
    assert!(matches!(parse_page(b"{\"fout\": 1}"), Err(WireError::NotAFeed(_))));
}

#[test]
fn what_was_published_can_be_read_again_from_what_is_kept_of_it() {
    for xml in [STEMMINGEN, ACTIVITEITEN, BESLUITEN, PERSONEN] {
        for entry in page(xml).entries {
            let State::Present { entity, file, raw } = entry.state else { continue };
            assert!(raw.starts_with('<') && raw.ends_with('>'), "{raw}");
            assert_eq!(parse_entity(&raw).unwrap(), Some((*entity, file)), "{raw}");
        }
    }
}

#[test]
fn what_is_withheld_is_not_in_what_is_kept() {
    let persoon = r#"<persoon id="00000000-0000-0000-0000-000000000001"><achternaam>Blok</achternaam><woonplaats>Ergens</woonplaats><land/><functie>Minister</functie></persoon>"#;
    let entries = page(&feed_of(&entry_of(1, persoon))).entries;
    let State::Present { raw, .. } = &entries[0].state else { panic!() };
    assert_eq!(
        raw,
        r#"<persoon id="00000000-0000-0000-0000-000000000001"><achternaam>Blok</achternaam><functie>Minister</functie></persoon>"#
    );
}

/// Every real sample, as a page.
fn samples() -> Vec<String> {
    let entities = feed_of(&entry_of(7, ENTITY));
    [STEMMINGEN, ACTIVITEITEN, BESLUITEN, PERSONEN, &feed_of(ENTRY), &entities]
        .map(str::to_owned)
        .into()
}

/// One thing that goes wrong with a page on its way.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(prop::sample::Index, Vec<u8>),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
}

/// Pieces that mean something in the wire format, or in XML.
const PIECES: [&str; 16] = [
    "<entry>",
    "</entry>",
    "</feed>",
    "<!--",
    "<![CDATA[",
    "]]>",
    "&#x0;",
    "&bom;",
    "<!DOCTYPE x [<!ENTITY bom 'x'>]>",
    " xsi:nil=\"true\"",
    " verwijderd=\"true\"",
    "skiptoken=99999999999999999999",
    " ref=\"x\"",
    "\"",
    "<ns1:a/>",
    "0000-00-00T99:99:99",
];

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, junk)| Damage::Overwrite(at, junk)),
        place().prop_map(Damage::Cut),
        (place(), 1_usize..400).prop_map(|(at, length)| Damage::Remove(at, length)),
        (place(), 1_usize..400).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (place(), prop::sample::select(PIECES.to_vec()))
            .prop_map(|(at, piece)| Damage::Insert(at, piece)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    let end = |at: usize, length: usize, bytes: &Vec<u8>| (at + length).min(bytes.len());
    match damage {
        Damage::Overwrite(at, junk) => {
            let at = at.index(bytes.len() + 1);
            let to = end(at, junk.len(), bytes);
            bytes.splice(at..to, junk.iter().copied());
        }
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Damage::Remove(at, length) => {
            let at = at.index(bytes.len() + 1);
            bytes.drain(at..end(at, *length, bytes));
        }
        Damage::Repeat(at, length) => {
            let at = at.index(bytes.len() + 1);
            let part = bytes[at..end(at, *length, bytes)].to_vec();
            bytes.splice(at..at, part);
        }
        Damage::Insert(at, piece) => {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, piece.bytes());
        }
    }
}

proptest! {
    /// Whatever comes, there is an answer; what is taken from a page can be read again from what is kept of
    /// it, and no page gives more entries than it has.
    #[test]
    fn damage_gives_an_error_or_a_page_but_never_a_panic(
        sample in 0..6_usize,
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let mut bytes = samples().swap_remove(sample).into_bytes();
        damages.iter().for_each(|damage| apply(damage, &mut bytes));
        let Ok(page) = parse_page(&bytes) else { return Ok(()) };
        let text = String::from_utf8(bytes).unwrap();
        prop_assert!(page.entries.len() <= text.matches("<entry").count());
        for entry in page.entries {
            let State::Present { entity, file, raw } = entry.state else { continue };
            prop_assert_eq!(parse_entity(&raw).unwrap(), Some((*entity, file)), "{}", raw);
        }
    }
}
