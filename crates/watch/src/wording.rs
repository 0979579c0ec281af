//! How events read: in mail, in feeds and on pages.

use jiff::Timestamp;
use model::time::{in_amsterdam, month, weekday};
use percent_encoding::percent_decode_str;
use store::watching::event::{Event, EventKind};

use crate::event::What;

/// What a kind of event is called where it can be chosen.
pub const fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Document => "Nieuw document",
        EventKind::Version => "Nieuwe versie van een document",
        EventKind::Answer => "Antwoord op vragen",
        EventKind::Delay => "Uitstel van een antwoord",
        EventKind::Planned => "Activiteit gepland",
        EventKind::Moved => "Activiteit verplaatst",
        EventKind::Cancelled => "Activiteit gaat niet door",
        EventKind::Agenda => "Agenda gewijzigd",
        EventKind::Decision => "Besluit",
        EventKind::Vote => "Stemming",
        EventKind::Promise => "Nieuwe toezegging",
        EventKind::Due => "Termijn van een toezegging voorbij",
        EventKind::Fulfilled => "Toezegging nagekomen",
        EventKind::Status => "Andere status",
        EventKind::Transcript => "Verslag",
        EventKind::Gift => "Geschenk gemeld",
        EventKind::SideJob => "Nevenfunctie gemeld",
        EventKind::Trip => "Reis gemeld",
    }
}

/// What happened, in a few words: "Verplaatst: Wet werkelijk rendement box 3".
pub fn headline(event: &Event) -> String {
    let what = What::read(&event.what);
    let soort = what.soort.as_deref().unwrap_or_default();
    let happened = match event.kind {
        EventKind::Document if !soort.is_empty() => soort.to_owned(),
        EventKind::Version => "Nieuwe versie".to_owned(),
        EventKind::Answer => "Beantwoord".to_owned(),
        EventKind::Delay => "Antwoord uitgesteld".to_owned(),
        EventKind::Planned => "Gepland".to_owned(),
        EventKind::Moved if what.from.is_none() && what.room_to.is_some() => {
            "Andere zaal".to_owned()
        }
        EventKind::Moved => "Verplaatst".to_owned(),
        EventKind::Cancelled => "Gaat niet door".to_owned(),
        EventKind::Vote | EventKind::Decision => {
            let outcome = what.after.as_deref().map(|text| text.trim_end_matches('.'));
            outcome.filter(|text| !text.is_empty()).unwrap_or(kind(event.kind)).to_owned()
        }
        EventKind::Due => "Termijn voorbij".to_owned(),
        EventKind::Status => what.after.clone().unwrap_or_else(|| "Andere status".to_owned()),
        other => kind(other).to_owned(),
    };
    // Many titles begin with what the thing is: "EU-voorstel: Wijziging van de klimaatwet".
    if event.title.to_lowercase().starts_with(&happened.to_lowercase()) {
        return event.title.clone();
    }
    format!("{happened}: {}", event.title)
}

/// From what to what, in a sentence; empty if there is no more to say than the headline does.
pub fn details(event: &Event) -> String {
    let what = What::read(&event.what);
    let mut said: Vec<String> = Vec::new();
    let soort = || what.soort.clone().filter(|soort| !soort.is_empty());
    match event.kind {
        EventKind::Planned => {
            said.extend(soort());
            said.extend(what.to.map(moment));
            said.extend(what.room_to.clone());
        }
        EventKind::Moved => {
            said.extend(soort());
            match (what.from, what.to) {
                (Some(from), Some(to)) => {
                    said.push(format!("van {} naar {}", moment(from), moment(to)));
                }
                (Some(from), None) => {
                    said.push(format!("was {}, nieuwe tijd niet bekend", moment(from)))
                }
                (None, Some(to)) => said.push(moment(to)),
                (None, None) => {}
            }
            match (&what.room_from, &what.room_to) {
                (Some(from), Some(to)) => said.push(format!("van {from} naar {to}")),
                (None, Some(to)) => said.push(to.clone()),
                _ => {}
            }
        }
        EventKind::Cancelled => {
            said.extend(soort());
            said.extend(what.from.map(|from| format!("was {}", moment(from))));
        }
        EventKind::Agenda => {
            said.extend(what.to.map(moment));
            said.extend(what.added.iter().map(|item| format!("erbij: {item}")));
            said.extend(what.removed.iter().map(|item| format!("eraf: {item}")));
        }
        EventKind::Version => {
            said.extend(soort());
            said.extend(what.after.clone().map(|number| format!("versie {number}")));
        }
        EventKind::Status => {
            said.extend(soort());
            said.extend(what.before.clone().map(|before| format!("was {before}")));
        }
        EventKind::Promise | EventKind::Due | EventKind::Fulfilled => {
            said.extend(what.who.clone());
            said.extend(what.deadline.map(|day| format!("uiterlijk {}", date(day))));
            if event.kind == EventKind::Fulfilled {
                said.extend(what.after.clone());
            }
        }
        EventKind::Gift | EventKind::SideJob | EventKind::Trip => said.extend(what.who.clone()),
        EventKind::Transcript => {
            said.extend(what.to.map(moment));
            said.extend(what.after.clone());
        }
        EventKind::Vote | EventKind::Decision => said.extend(soort()),
        EventKind::Document | EventKind::Answer | EventKind::Delay => {}
    }
    if matches!(event.kind, EventKind::Planned | EventKind::Moved | EventKind::Cancelled) {
        said.extend(what.who.clone());
    }
    said.join(" · ")
}

/// What a page is called, by its address: "dossier 36800-XVI", "zaak 2025Z12297".
pub fn topic(address: &str) -> String {
    let (kind, name) = address.trim_start_matches('/').split_once('/').unwrap_or((address, ""));
    let name = percent_decode_str(name).decode_utf8_lossy();
    // These are called by GUIDs, which say nothing to a reader.
    match kind {
        "stemming" => "deze stemming".to_owned(),
        "verslag" => "dit verslag".to_owned(),
        _ => format!("{kind} {name}"),
    }
}

/// `woensdag 2 juli 2025, 14:30`; the day alone at midnight, when no time is known.
fn moment(moment: Timestamp) -> String {
    let local = in_amsterdam(moment);
    let day = format!("{} {}", weekday(local.date()), date(local.date()));
    match (local.hour(), local.minute()) {
        (0, 0) => day,
        (hour, minute) => format!("{day}, {hour}:{minute:02}"),
    }
}

fn date(day: jiff::civil::Date) -> String {
    format!("{} {} {}", day.day(), month(day), day.year())
}
