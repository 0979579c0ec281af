//! From what the store knows of a page to the items that are searched for: the page itself, and what is on
//! it that can be found by itself, such as each speech of a transcript.

use anyhow::Result;
use content::prose::Block;
use content::transcript::{Level, Part, Speech, Spreker, Transcript};
use content::{Content, Prose};
use jiff::Timestamp;
use jiff::civil::Date;
use model::entities::{Commissie, Persoon, Toezegging, Zaak};
use model::time::{in_amsterdam, start_of_day};
use model::value::Partial;
use model::{Ministerie, address};
use search::{Item, Kind, Label, PAGE_BREAK};
use store::Reader;
use store::read::DossierLine;
use store::read::document::body;
use store::read::index::{Concerned, Indexed};

/// A title longer than this is cut, and its whole is the text.
const MAX_TITLE_CHARS: usize = 200;

/// The searchable form of a page; none if it has nothing to be found by.
pub(in crate::pipeline) fn items(reader: &Reader, indexed: Indexed) -> Result<Vec<Item>> {
    let item = match indexed {
        Indexed::Document {
            document,
            dossier,
            publications,
            zaken,
            concerned,
            with_zaken,
            text: sha256,
        } => {
            let Some(nummer) = document.document_nummer else { return Ok(Vec::new()) };
            let mut item = Item::new(address::document(&nummer), Kind::Document);
            item.soort = document.soort.unwrap_or_default();
            item.nummer = nummer;
            item.numbers = publications;
            item.numbers.extend(zaken.iter().filter_map(|zaak| zaak.nummer.clone()));
            let volgnummer = document.volgnummer.filter(|volgnummer| *volgnummer > 0);
            if let (Some(dossier), Some(volgnummer)) = (&dossier, volgnummer) {
                item.numbers.push(format!("{}-{volgnummer}", dossier.nummer));
            }
            (item.title, item.subject) = title_and_subject(document.onderwerp, document.titel);
            item.status = zaken.iter().flat_map(status).collect();
            item.date = document.datum;
            item.body = text(reader, sha256.as_ref())?;
            of_dossier(&mut item, dossier.as_ref());
            // A document's own numbers mean it alone.
            item.known_as = vec![item.nummer.clone()];
            item.known_as.extend(item.numbers.iter().filter(|it| it.contains("kst")).cloned());
            involve(&mut item, &concerned);
            // A document has no committee or ministry of its own: those of its zaken have it.
            for actor in &with_zaken {
                add_ministerie(&mut item, actor.functie.as_deref());
                item.commissies.extend(commissie_of(actor));
            }
            item
        }
        Indexed::Zaak { zaak, dossier, concerned } => {
            let Some(nummer) = zaak.nummer.clone() else { return Ok(Vec::new()) };
            let mut item = Item::new(address::zaak(&nummer), Kind::Zaak);
            item.status = status(&zaak);
            item.soort = zaak.soort.unwrap_or_default();
            item.nummer = nummer;
            (item.title, item.subject) = title_and_subject(zaak.onderwerp, zaak.titel);
            item.date = zaak.gestart_op;
            of_dossier(&mut item, dossier.as_ref());
            involve(&mut item, &concerned);
            item
        }
        Indexed::Activiteit { activiteit, voortouw, concerned, agenda } => {
            let Some(nummer) = activiteit.nummer else { return Ok(Vec::new()) };
            let mut item = Item::new(address::activiteit(&nummer), Kind::Activiteit);
            item.nummer = nummer;
            item.title =
                activiteit.onderwerp.or_else(|| activiteit.soort.clone()).unwrap_or_default();
            item.soort = activiteit.soort.unwrap_or_default();
            item.status = activiteit.status.into_iter().collect();
            item.date = activiteit.aanvangstijd.or(activiteit.datum);
            item.body = agenda.join("\n");
            if let Some(noot) = activiteit.noot {
                item.body.push('\n');
                item.body.push_str(&content::note(&noot).plain_text());
            }
            involve(&mut item, &concerned);
            match (voortouw, activiteit.voortouwkortenaam.or(activiteit.voortouwnaam.clone())) {
                (Some(commissie), _) => item.commissies.extend(commissie_label(&commissie)),
                (None, Some(naam)) => item.commissies.push(Label {
                    name: naam,
                    also: activiteit.voortouwafkorting.into_iter().collect(),
                }),
                (None, None) => {}
            }
            item.names = activiteit.voortouwnaam.into_iter().collect();
            item
        }
        Indexed::Besluit { besluit, moment, zaken, concerned } => {
            let Some((zaak, _)) = zaken.first() else { return Ok(Vec::new()) };
            let id = besluit.id.to_string();
            let mut item = Item::new(address::stemming(&id), Kind::Besluit);
            let (title, _) = title_and_subject(zaak.onderwerp.clone(), zaak.titel.clone());
            item.title = title;
            item.subject = besluit.besluit_tekst.clone().unwrap_or_default();
            item.names = vec!["Stemming".into()];
            item.soort = besluit.besluit_soort.unwrap_or_default();
            item.numbers = zaken.iter().filter_map(|(zaak, _)| zaak.nummer.clone()).collect();
            item.status = besluit.status.into_iter().chain(besluit.besluit_tekst).collect();
            item.date = moment;
            for (_, dossier) in &zaken {
                of_dossier(&mut item, dossier.as_ref());
            }
            involve(&mut item, &concerned);
            item
        }
        Indexed::Toezegging { toezegging, commissie } => match promise(*toezegging) {
            Some(mut item) => {
                item.commissies =
                    commissie.as_deref().and_then(commissie_label).into_iter().collect();
                item
            }
            None => return Ok(Vec::new()),
        },
        Indexed::Persoon { persoon, geschenken, reizen, nevenfuncties } => {
            let Some(nummer) = persoon.nummer.clone() else { return Ok(Vec::new()) };
            let page = address::persoon(&nummer);
            let part = |what: &str, id: String, kind: Kind| {
                let mut item = Item::new(format!("{page}#{what}-{id}"), kind);
                item.subject = persoon.naam();
                item.personen = vec![person_label(&persoon)];
                item.indieners = item.personen.clone();
                item.fracties = persoon.fractielabel.clone().map(Label::from).into_iter().collect();
                item
            };
            let mut all = vec![person(&persoon, &page)];
            for geschenk in geschenken {
                let mut item = part("geschenk", geschenk.id.to_string(), Kind::Geschenk);
                set_long_title(&mut item, geschenk.omschrijving.unwrap_or_default());
                item.date = geschenk.datum.and_then(start_of_day);
                all.push(item);
            }
            for reis in reizen {
                let mut item = part("reis", reis.id.to_string(), Kind::Reis);
                let what = [reis.doel, reis.bestemming].into_iter().flatten();
                set_long_title(&mut item, what.collect::<Vec<_>>().join(", "));
                item.date = first_day(&reis.van).and_then(start_of_day);
                item.body.push_str(&reis.betaald_door.unwrap_or_default());
                all.push(item);
            }
            for nevenfunctie in nevenfuncties {
                let id = nevenfunctie.id.to_string();
                let mut item = part("nevenfunctie", id, Kind::Nevenfunctie);
                set_long_title(&mut item, nevenfunctie.omschrijving.unwrap_or_default());
                let said = [nevenfunctie.periode, nevenfunctie.vergoeding].into_iter().flatten();
                item.body = said.collect::<Vec<_>>().join("\n");
                item.status = match nevenfunctie.is_actief {
                    Some(true) => vec!["actief".into()],
                    Some(false) => vec!["beëindigd".into()],
                    None => Vec::new(),
                };
                all.push(item);
            }
            return Ok(all);
        }
        Indexed::Fractie(fractie) => {
            let Some(afkorting) = fractie.afkorting else { return Ok(Vec::new()) };
            let mut item = Item::new(address::fractie(&afkorting), Kind::Fractie);
            item.title = fractie.naam_nl.unwrap_or_else(|| afkorting.clone());
            item.fracties = vec![Label::or(afkorting.clone(), item.title.clone())];
            item.status = vec![in_force(fractie.datum_inactief.is_none())];
            item.known_as = vec![item.title.clone(), afkorting.clone()];
            item.nummer = if item.title == afkorting { String::new() } else { afkorting };
            item
        }
        Indexed::Commissie(commissie) => {
            let address = address::commissie(commissie.afkorting.as_deref(), commissie.id.0);
            let mut item = Item::new(address, Kind::Commissie);
            item.commissies = commissie_label(&commissie).into_iter().collect();
            item.status = vec![in_force(commissie.datum_inactief.is_none())];
            let (naam, web) = (commissie.naam_nl, commissie.naam_web_nl);
            item.known_as = commissie_names(naam.as_deref(), web.as_deref());
            item.known_as.extend(commissie.afkorting.clone());
            item.names = commissie.naam_en.into_iter().chain(web.clone()).collect();
            item.soort = commissie.soort.unwrap_or_default();
            item.title = naam.or(web).or(commissie.afkorting.clone()).unwrap_or_default();
            item.nummer = commissie.afkorting.unwrap_or_default();
            item
        }
        Indexed::Dossier { dossier, afgesloten } => {
            let mut item = Item::new(address::dossier(&dossier.nummer), Kind::Dossier);
            item.nummer = dossier.nummer.to_string();
            item.known_as = vec![item.nummer.clone()];
            item.title = dossier.titel.clone().unwrap_or_else(|| dossier.nummer.printed());
            item.status = vec![open_or_done(afgesloten).to_owned()];
            of_dossier(&mut item, Some(&dossier));
            item
        }
        Indexed::Verslag { vergadering, text: sha256 } => {
            let mut item = Item::new(address::verslag(&vergadering.id.to_string()), Kind::Verslag);
            item.date = vergadering.aanvangstijd.or(vergadering.datum);
            item.soort = vergadering.soort.unwrap_or_default();
            item.title = vergadering.titel.unwrap_or_else(|| "Vergadering".into());
            let Some(content) = content(reader, sha256.as_ref())? else { return Ok(vec![item]) };
            let speeches = match &content {
                Content::Transcript(transcript) => speeches(&item, transcript),
                Content::Prose(_) => Vec::new(),
            };
            item.body = content.plain_text();
            return Ok([item].into_iter().chain(speeches).collect());
        }
    };
    Ok(vec![item])
}

/// What a thing is called, and what it belongs to: of a kamerstuk, the title of its dossier.
fn title_and_subject(onderwerp: Option<String>, titel: Option<String>) -> (String, String) {
    let subject = titel.clone().filter(|titel| Some(titel) != onderwerp.as_ref());
    match onderwerp {
        Some(title) => (title, subject.unwrap_or_default()),
        None => (titel.unwrap_or_default(), String::new()),
    }
}

/// How far a zaak is.
fn status(zaak: &Zaak) -> Vec<String> {
    let done = open_or_done(zaak.afgedaan).to_owned();
    [Some(done), zaak.status.clone(), zaak.kabinetsappreciatie.clone()]
        .into_iter()
        .flatten()
        .collect()
}

fn open_or_done(done: Option<bool>) -> &'static str {
    if done == Some(true) { "afgedaan" } else { "open" }
}

fn in_force(is_there: bool) -> String {
    if is_there { "actief".into() } else { "opgeheven".into() }
}

fn of_dossier(item: &mut Item, dossier: Option<&DossierLine>) {
    if let Some(dossier) = dossier {
        item.dossiers.push(Label::from(dossier.nummer.to_string()));
        if item.kind != Kind::Dossier {
            item.numbers.push(dossier.nummer.to_string());
        }
    }
}

/// Notes who is concerned with something.
fn involve(item: &mut Item, concerned: &[Concerned]) {
    for actor in concerned {
        add_ministerie(item, actor.functie.as_deref());
        item.commissies.extend(commissie_of(actor));
        if actor.commissie.is_some() {
            continue;
        }
        let label = match (&actor.persoon, &actor.naam) {
            (Some(persoon), naam) => {
                let mut label = person_label(persoon);
                label.also.extend(naam.clone());
                label
            }
            (None, Some(naam)) => Label::from(naam.clone()),
            (None, None) => continue,
        };
        let relatie = actor.relatie.as_deref().unwrap_or_default().to_lowercase();
        if relatie.contains("indiener") || relatie.contains("ondertekenaar") {
            item.indieners.push(label.clone());
            item.fracties.extend(actor.fractie.clone().map(Label::from));
        }
        item.names.extend(label.also.clone());
        item.personen.push(label);
    }
}

fn commissie_of(actor: &Concerned) -> Option<Label> {
    commissie_label(actor.commissie.as_ref()?)
}

/// A committee by the short name of its page, its own name and its abbreviation beside it.
fn commissie_label(commissie: &Commissie) -> Option<Label> {
    let name = commissie.naam_web_nl.clone().or(commissie.naam_nl.clone())?;
    let also = [commissie.afkorting.clone(), commissie.naam_nl.clone()];
    Some(Label { name, also: also.into_iter().flatten().collect() })
}

/// How one calls a committee: "vaste commissie voor Defensie", "commissie Defensie", "Defensie".
fn commissie_names(naam: Option<&str>, web: Option<&str>) -> Vec<String> {
    let bare = naam.map(|naam| naam.rsplit_once("commissie voor ").map_or(naam, |(_, bare)| bare));
    let mut names: Vec<String> = naam.into_iter().map(String::from).collect();
    for name in bare.into_iter().chain(web) {
        names.extend([
            name.to_owned(),
            format!("commissie {name}"),
            format!("commissie voor {name}"),
        ]);
    }
    names
}

/// A person by the name that one says, with the initials beside it.
fn person_label(persoon: &Persoon) -> Label {
    let initials = [&persoon.initialen, &persoon.tussenvoegsel, &persoon.achternaam];
    let initials: Vec<&str> = initials.into_iter().filter_map(|it| it.as_deref()).collect();
    Label::or(persoon.naam(), initials.join(" "))
}

/// Notes the ministry of a function, if it is one of a ministry.
fn add_ministerie(item: &mut Item, functie: Option<&str>) {
    let is_office = |it: &&str| it.contains("minister") || it.contains("staatssecretaris");
    let functie = functie.filter(is_office);
    item.ministeries.extend(functie.and_then(Ministerie::of).map(ministerie_label));
}

fn ministerie_label(ministerie: &Ministerie) -> Label {
    Label { name: ministerie.afkorting.to_owned(), also: vec![ministerie.naam.to_owned()] }
}

fn person(persoon: &Persoon, page: &str) -> Item {
    let mut item = Item::new(page, Kind::Persoon);
    // The number of a person is nothing that people call them by.
    item.title = persoon.naam();
    item.soort = persoon.functie.clone().unwrap_or_default();
    item.subject = persoon.fractielabel.clone().unwrap_or_default();
    let surname = [&persoon.tussenvoegsel, &persoon.achternaam].into_iter().flatten();
    let surname = surname.map(String::as_str).collect::<Vec<_>>().join(" ");
    item.known_as = [Some(persoon.naam()), Some(surname), persoon.achternaam.clone()]
        .into_iter()
        .flatten()
        .collect();
    item.names = persoon.voornamen.clone().into_iter().chain(persoon.initialen.clone()).collect();
    item.fracties = persoon.fractielabel.clone().map(Label::from).into_iter().collect();
    item.personen = vec![person_label(persoon)];
    item
}

fn promise(toezegging: Toezegging) -> Option<Item> {
    let mut item = Item::new(address::toezegging(toezegging.nummer.as_deref()?), Kind::Toezegging);
    item.nummer = toezegging.nummer.unwrap_or_default();
    set_long_title(&mut item, toezegging.tekst.unwrap_or_default());
    let said_by = [&toezegging.functie, &toezegging.naam].into_iter().flatten();
    item.subject = said_by.map(String::as_str).collect::<Vec<_>>().join(" ");
    item.numbers = toezegging.activiteit_nummer.into_iter().collect();
    item.names = vec!["Toezegging".into()];
    item.date = toezegging.aanmaakdatum;
    let status = toezegging.status.unwrap_or_default();
    let is_open = !status.eq_ignore_ascii_case("voldaan");
    item.status = vec![open_or_done(Some(!is_open)).to_owned(), status];
    let known = toezegging.ministerie.as_deref().and_then(Ministerie::of);
    item.ministeries = known.map(ministerie_label).into_iter().collect();
    if let Some(naam) = toezegging.naam {
        let first = toezegging.voornaam.or(toezegging.initialen);
        let parts = [first, toezegging.tussenvoegsel, toezegging.achternaam];
        let said: Vec<String> = parts.into_iter().flatten().collect();
        let name = if said.len() > 1 { said.join(" ") } else { naam.clone() };
        item.indieners = vec![Label::or(name, naam)];
        item.personen = item.indieners.clone();
    }
    Some(item)
}

/// Makes a text the title; a long one its beginning, with the whole as the text.
fn set_long_title(item: &mut Item, text: String) {
    let Some((end, _)) = text.char_indices().nth(MAX_TITLE_CHARS) else {
        item.title = text;
        return;
    };
    let beginning = text.get(..end).unwrap_or_default();
    let beginning = beginning.rsplit_once(' ').map_or(beginning, |(words, _)| words);
    item.title = format!("{beginning} …");
    item.body = text;
}

/// The first day of a date of which the source may know only the year or the month.
fn first_day(partial: &Partial) -> Option<Date> {
    let text = partial.0.clone()?;
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text,
    };
    whole.get(..10)?.parse().ok()
}

/// Each speech of a transcript, as an item at its place in the page of the transcript.
fn speeches(verslag: &Item, transcript: &Transcript) -> Vec<Item> {
    let mut speeches = Vec::new();
    collect_speeches(&transcript.vergadering.parts, verslag, &verslag.title, &mut speeches);
    speeches
}

fn collect_speeches(parts: &[Part], verslag: &Item, topic: &str, found: &mut Vec<Item>) {
    for part in parts {
        match part {
            Part::Section(section) => {
                let is_chapter = section.level == Level::Activiteit;
                let own = section.onderwerp.as_deref().unwrap_or(&section.titel);
                let topic = if is_chapter && !own.is_empty() { own } else { topic };
                collect_speeches(&section.parts, verslag, topic, found);
            }
            Part::Speech(speech) => {
                found.extend(speech_item(speech, verslag, topic));
                collect_speeches(&speech.parts, verslag, topic, found);
            }
            Part::Fragment(_) | Part::Text(_) => {}
        }
    }
}

fn speech_item(speech: &Speech, verslag: &Item, topic: &str) -> Option<Item> {
    let spreker = speech.spreker.as_ref()?;
    let body = speech.plain_text();
    if body.trim().is_empty() {
        return None;
    }
    let mut item = Item::new(format!("{}#s-{}", verslag.address, speech.id), Kind::Spreekbeurt);
    item.soort = match speech {
        Speech { is_chair: true, .. } => "Voorzitter",
        Speech { is_interruption: true, .. } => "Interruptie",
        _ => "Spreekbeurt",
    }
    .to_owned();
    item.title = called(spreker);
    item.subject = topic.to_owned();
    let functie = spreker.functie.as_deref();
    item.personen = vec![Label::from(spreker.name())];
    item.indieners = item.personen.clone();
    item.fracties = spreker.fractie.clone().map(Label::from).into_iter().collect();
    add_ministerie(&mut item, functie);
    item.date = speech.begin.or(verslag.date).map(same_day_at_least(verslag.date));
    item.body = body;
    Some(item)
}

/// "Sarah Dobbe (SP)", "Ruben Brekelmans (minister van Defensie)".
fn called(spreker: &Spreker) -> String {
    let as_what = spreker.fractie.as_deref().or(spreker.functie.as_deref());
    match as_what.filter(|what| !what.is_empty()) {
        Some(what) => format!("{} ({what})", spreker.name()),
        None => spreker.name(),
    }
}

/// The recording software writes wrong days now and then: a speech is of the day of its meeting or the
/// next.
fn same_day_at_least(meeting: Option<Timestamp>) -> impl Fn(Timestamp) -> Timestamp {
    move |speech| match meeting {
        Some(meeting) if in_amsterdam(speech).date() < in_amsterdam(meeting).date() => meeting,
        _ => speech,
    }
}

/// The text of a file, with marks where its pages begin.
fn text(reader: &Reader, sha256: Option<&String>) -> Result<String> {
    Ok(match content(reader, sha256)? {
        Some(Content::Prose(prose)) => paged_text(prose),
        Some(transcript) => transcript.plain_text(),
        None => String::new(),
    })
}

fn content(reader: &Reader, sha256: Option<&String>) -> Result<Option<Content>> {
    let Some(sha256) = sha256 else { return Ok(None) };
    let Some(packed) = body(reader, sha256)? else { return Ok(None) };
    Ok(Some(Content::unpack(&packed)?))
}

fn paged_text(mut prose: Prose) -> String {
    let has_pages = prose.blocks.iter().any(|block| matches!(block, Block::PageBreak(_)));
    if !has_pages {
        return prose.plain_text();
    }
    let mut text = String::new();
    let mut page = 0;
    let mut on_page = Vec::new();
    // What comes before the first mark is on the first page. A page that could not be read has no mark.
    for block in std::mem::take(&mut prose.blocks) {
        let Block::PageBreak(next) = block else {
            on_page.push(block);
            continue;
        };
        if page == 0 && next > 1 {
            text.push(PAGE_BREAK);
            page = 1;
        }
        let blocks = std::mem::take(&mut on_page);
        text.push_str(&Prose { blocks, ..Prose::default() }.plain_text());
        while page < next {
            text.push(PAGE_BREAK);
            page += 1;
        }
    }
    // The notes come last.
    prose.blocks = on_page;
    text.push_str(&prose.plain_text());
    text
}

#[cfg(test)]
mod tests {
    use content::prose::Inline;

    use super::*;

    #[test]
    fn the_pages_of_a_text_are_marked_those_that_could_not_be_read_too() {
        let paragraph = |text: &str| Block::Paragraph(vec![Inline::Text(text.into())]);
        let blocks = vec![
            paragraph("een"),
            Block::PageBreak(2),
            paragraph("twee"),
            Block::PageBreak(4),
            paragraph("vier"),
        ];
        let text = paged_text(Prose { blocks, ..Prose::default() });
        let page = |word: &str| {
            text.split_once(word).unwrap().0.chars().filter(|it| *it == PAGE_BREAK).count()
        };
        assert_eq!((page("een"), page("twee"), page("vier")), (1, 2, 4));
    }

    #[test]
    fn a_long_promise_has_its_beginning_as_a_title() {
        let mut item = Item::new("/toezegging/1", Kind::Toezegging);
        set_long_title(&mut item, "De minister ".repeat(30));
        assert!(item.title.ends_with("De minister …") || item.title.ends_with("De …"));
        assert_eq!(item.body, "De minister ".repeat(30));
        set_long_title(&mut item, "Kort".into());
        assert_eq!(item.title, "Kort");
    }

    #[test]
    fn a_day_of_which_only_the_year_is_known_is_its_first() {
        let day = |text: &str| Some(first_day(&Partial(Some(text.into())))?.to_string());
        assert_eq!(day("2019"), Some("2019-01-01".to_owned()));
        assert_eq!(day("2019-05"), Some("2019-05-01".to_owned()));
        assert_eq!(day("2019-05-07"), Some("2019-05-07".to_owned()));
        assert_eq!(day("2019-W05"), None);
    }
}
