//! `/activiteit/{nummer}`

use std::collections::HashSet;

use askama::Template;
use axum::extract::{Path, State};
use model::entities::Activiteit;
use model::time::in_amsterdam;
use model::{Uuid, address};
use store::read::Actor;
use store::read::activiteit::{self as read, ActiviteitPage, AgendapuntPart};

use super::{Answer, missing, render};
use crate::history::{self, Change};
use crate::layout::Page;
use crate::{SharedSite, format, text};

#[derive(Template)]
#[template(path = "activiteit.html")]
struct Shown {
    page: Page,
    it: ActiviteitPage,
    /// What the source changed of it.
    changes: Vec<Change>,
    /// The status of a meeting that will not take place (then).
    off: Option<String>,
    /// Day and time, in words.
    when: Option<String>,
    /// The room.
    place: Option<String>,
    /// Who takes part as a member of the House, by party; the party with most first.
    fracties: Vec<(String, Vec<Actor>)>,
    /// Who else takes part: members of the cabinet, committees, others.
    others: Vec<Actor>,
    /// The meeting on Debat Direct, where the note on the meeting gives it.
    debat_direct: Option<String>,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site.read(move |_, reader| read::page(reader, &wanted)).await?;
    let own = address::activiteit(&nummer);
    let Some(mut it) = found else { return Err(missing(&site, own).await) };
    let changes = history::changes(&site, it.activiteit.id.0).await?;
    for part in &mut it.agenda {
        without_repetition(part);
    }
    let when = when(&it.activiteit);
    let off = it
        .activiteit
        .status
        .clone()
        .filter(|status| matches!(status.as_str(), "Geannuleerd" | "Verplaatst" | "Vervallen"));
    let place = match it.zalen.as_slice() {
        [] => it.activiteit.locatie.clone(),
        zalen => Some(zalen.join(", ")),
    };
    let title = text::or(&it.activiteit.onderwerp, &it.activiteit.soort).to_owned();
    let description: Vec<String> =
        [it.activiteit.soort.clone(), when.clone(), it.activiteit.voortouwnaam.clone()]
            .into_iter()
            .flatten()
            .collect();
    let page = Page::new(&site, &own, title).described(description.join(", "));
    let (fracties, others) = by_party(std::mem::take(&mut it.actors));
    let debat_direct = it.activiteit.noot.as_deref().and_then(debat_direct);
    render(&Shown { page, it, changes, off, when, place, fracties, others, debat_direct })
}

fn by_party(actors: Vec<Actor>) -> (Vec<(String, Vec<Actor>)>, Vec<Actor>) {
    let mut fracties: Vec<(String, Vec<Actor>)> = Vec::new();
    let mut others = Vec::new();
    for actor in actors {
        let Some(fractie) = actor.fractie.clone() else {
            others.push(actor);
            continue;
        };
        match fracties.iter_mut().find(|(known, _)| *known == fractie) {
            Some((_, members)) => members.push(actor),
            None => fracties.push((fractie, vec![actor])),
        }
    }
    // A stable sort: among equals, in the order of the meeting.
    fracties.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    (fracties, others)
}

/// The address on Debat Direct in a note, which is HTML.
fn debat_direct(note: &str) -> Option<String> {
    const SITE: &str = "https://debatdirect.tweedekamer.nl/";
    let at = note.find(SITE)?;
    let rest = note.get(at..)?;
    let end =
        rest.find(|it: char| it.is_whitespace() || "\"'<>".contains(it)).unwrap_or(rest.len());
    rest.get(..end).map(String::from)
}

/// A zaak is shown with the decision about it, and its document, which has the same subject, is found
/// on its page: neither needs a line of its own in the agenda.
fn without_repetition(part: &mut AgendapuntPart) {
    let decided: HashSet<Uuid> =
        part.besluiten.iter().flat_map(|line| &line.zaken).map(|zaak| zaak.id).collect();
    part.zaken.retain(|zaak| !decided.contains(&zaak.id));
    let subjects: HashSet<Option<String>> = part
        .besluiten
        .iter()
        .flat_map(|line| &line.zaken)
        .chain(&part.zaken)
        .map(|zaak| zaak.onderwerp.clone())
        .collect();
    part.documents.retain(|document| !subjects.contains(&document.onderwerp));
}

/// `woensdag 2 juli 2025, 14:00 – 16:30`
fn when(activiteit: &Activiteit) -> Option<String> {
    let day = activiteit.aanvangstijd.or(activiteit.datum)?;
    let day = format::weekday_and_day(in_amsterdam(day).date());
    let times = format::period(&activiteit.aanvangstijd, &activiteit.eindtijd);
    Some(if times.is_empty() { day } else { format!("{day}, {times}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_video_is_found_where_the_note_links_to_it() {
        let note =
            "Te volgen via <a href=\"https://debatdirect.tweedekamer.nl/2025-07-02/zorg\">hier</a>";
        assert_eq!(
            debat_direct(note).as_deref(),
            Some("https://debatdirect.tweedekamer.nl/2025-07-02/zorg")
        );
        assert_eq!(debat_direct("Te volgen via Debat Direct"), None);
        assert_eq!(debat_direct("https://debatdirect.example/"), None);
    }
}
