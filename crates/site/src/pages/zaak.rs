//! `/zaak/{nummer}`

use askama::Template;
use axum::extract::{Path, State};
use jiff::Timestamp;
use jiff::civil::Date;
use model::address;
use search::{Filters, Hit, Query, Request, Sort};
use store::read::DocumentLine;
use store::read::besluit::BesluitLine;
use store::read::sitemap::NAMES_CITIZENS;
use store::read::zaak::{self as read, ZaakPage};

use super::{Answer, missing, render};
use crate::answers::{Answers, answers};
use crate::chart::VoteBar;
use crate::history::{self, Change};
use crate::layout::{ANSWER, Page};
use crate::{PageError, SharedSite, format, text};

/// How many documents that mention the zaak are shown.
const MENTIONS: usize = 20;

#[derive(Template)]
#[template(path = "zaak.html")]
struct Shown {
    page: Page,
    it: ZaakPage,
    /// Of written questions: the answers to each.
    answers: Option<Answers>,
    /// What the source changed of it.
    changes: Vec<Change>,
    /// Its title, besides its subject.
    subtitle: Option<String>,
    /// Of a motion or an amendment: what became of it, from first to last.
    course: Vec<Step>,
    /// What mentions the zaak by its number or its kamerstuk's, besides its own documents.
    mentions: Vec<Hit>,
    today: Date,
}

/// Something that happened to a motion or an amendment.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    moment: Option<Timestamp>,
    /// What happened, in a word or two.
    what: String,
    /// The page that shows it, and what to call that.
    page: Option<(String, String)>,
    /// More about it.
    more: Option<String>,
}

pub(crate) async fn show(State(site): State<SharedSite>, Path(nummer): Path<String>) -> Answer {
    let nummer = nummer.to_uppercase();
    let wanted = nummer.clone();
    let found = site
        .blocking(move |site| {
            let reader = site.store.reader()?;
            let Some(it) = read::page(&reader, &wanted)? else { return Ok(None) };
            let answers = match it.vraag {
                Some(_) => answers(&reader, &it.documents)?,
                None => None,
            };
            Ok(Some((it, answers)))
        })
        .await?;
    let Some((it, answers)) = found else {
        return Err(missing(&site, address::zaak(&nummer)).await);
    };
    let changes = history::changes(&site, it.zaak.id.0).await?;
    let own = address::zaak(&nummer);
    let has_course = matches!(it.zaak.soort.as_deref(), Some("Motie" | "Amendement"));
    let names: Vec<String> = [format!("\"{nummer}\"")]
        .into_iter()
        .chain(it.documents.iter().filter(|_| has_course).filter_map(kamerstuk_in_text))
        .collect();
    let mentions: Vec<Hit> = site
        .blocking(move |site| {
            let request = Request {
                query: Query::parse(&names.join(" OF ")).query,
                filters: Filters::default(),
                sort: Sort::Newest,
                offset: 0,
                limit: 2 * MENTIONS,
            };
            site.index.search(&request).map_err(PageError::internal)
        })
        .await?
        .hits
        .into_iter()
        .filter(|hit| hit.address != own)
        .filter(|hit| it.documents.iter().all(|line| line.address().as_ref() != Some(&hit.address)))
        .take(MENTIONS)
        .collect();
    let course = if has_course { course(&it, &mentions) } else { Vec::new() };
    // What the course tells is not told again.
    let told = |hit: &Hit| {
        course.iter().any(|step| step.page.as_ref().is_some_and(|(page, _)| *page == hit.address))
    };
    let mentions = mentions.into_iter().filter(|hit| !told(hit)).collect();
    let title = text::or(&it.zaak.onderwerp, &it.zaak.titel).to_owned();
    let outcome = it.besluiten.iter().rev().find(|besluit| besluit.uitslag.is_some());
    let description = text::sentence([
        Some(it.zaak.soort.clone().unwrap_or_else(|| "Zaak".into())),
        it.actors.first().and_then(|actor| actor.naam.clone()),
        it.zaak.gestart_op.as_ref().map(|gestart| format!("gestart op {}", format::date(gestart))),
        outcome.map(|besluit| text::besluit(&besluit.besluit).trim_end_matches('.').to_lowercase()),
    ]);
    let mut page = Page::new(&site, &own, title).described(description);
    page.noindex = it.zaak.soort.as_deref().is_some_and(|soort| NAMES_CITIZENS.contains(&soort));
    let dagen = it.vraag.as_ref().and_then(|vraag| vraag.dagen.as_ref());
    let is_open = dagen.is_some_and(|dagen| dagen.beantwoord.is_none() && !dagen.ingetrokken);
    page.awaited = is_open.then_some(ANSWER);
    let subtitle = text::besides(&it.zaak.onderwerp, &it.zaak.titel);
    render(&Shown {
        page,
        subtitle,
        course,
        mentions,
        answers,
        changes,
        today: site.clock.today(),
        it,
    })
}

/// How texts refer to a kamerstuk: `"36 800-XVI, nr. 12"`, as a phrase to search for.
fn kamerstuk_in_text(document: &DocumentLine) -> Option<String> {
    let volgnummer = document.volgnummer.filter(|number| *number > 0)?;
    let dossier = document.dossier.as_ref()?.printed().replace('\u{a0}', " ");
    Some(format!("\"{dossier}, nr. {volgnummer}\""))
}

fn course(it: &ZaakPage, mentions: &[Hit]) -> Vec<Step> {
    let mut steps = Vec::new();
    for zaak in &it.vervangt {
        steps.push(Step {
            moment: zaak.gestart_op,
            what: "Eerdere versie".into(),
            page: zaak.address().map(|page| (page, text::or(&zaak.onderwerp, &zaak.titel).into())),
            more: None,
        });
    }
    let papers = it.documents.iter().filter(|document| {
        document
            .soort
            .as_deref()
            .is_some_and(|soort| soort.starts_with("Motie") || soort.starts_with("Amendement"))
    });
    for (place, document) in papers.enumerate() {
        steps.push(Step {
            moment: document.datum,
            what: if place == 0 { "Ingediend" } else { "Gewijzigd" }.into(),
            page: document
                .address()
                .map(|page| (page, text::or(&document.soort, &document.nummer).to_owned())),
            more: text::kamerstuk(document),
        });
    }
    steps.extend(it.besluiten.iter().map(decided));
    for zaak in &it.vervangen_door {
        steps.push(Step {
            moment: zaak.gestart_op,
            what: "Vervangen door".into(),
            page: zaak.address().map(|page| (page, text::or(&zaak.onderwerp, &zaak.titel).into())),
            more: None,
        });
    }
    // Only a letter after the vote can be about carrying it out.
    let voted = it
        .besluiten
        .iter()
        .filter(|besluit| besluit.uitslag.is_some())
        .filter_map(BesluitLine::moment)
        .max();
    if let Some(voted) = voted {
        let own = it.documents.iter().filter(|document| {
            document.soort.as_deref() == Some("Brief regering")
                && document.datum.is_some_and(|datum| datum >= voted)
        });
        steps.extend(own.map(|letter| {
            Step {
                moment: letter.datum,
                what: "Brief van de regering".into(),
                page: letter
                    .address()
                    .map(|page| (page, text::or(&letter.onderwerp, &letter.titel).to_owned())),
                more: None,
            }
        }));
        let mentioned = mentions
            .iter()
            .filter(|hit| hit.soort == "Brief regering" && hit.date.is_some_and(|it| it >= voted));
        steps.extend(mentioned.map(|letter| Step {
            moment: letter.date,
            what: "Genoemd in een brief van de regering".into(),
            page: Some((letter.address.clone(), letter.title.clone())),
            more: None,
        }));
    }
    // A stable sort: what has no date stays behind what comes before it.
    steps.sort_by_key(|step| step.moment.unwrap_or(Timestamp::MAX));
    steps
}

/// A decision as a step: a vote, or that there was none yet.
fn decided(besluit: &BesluitLine) -> Step {
    let soort = besluit.besluit.besluit_soort.as_deref().unwrap_or_default().to_lowercase();
    let is_proposed =
        matches!(besluit.besluit.status.as_deref(), Some("Voorstel" | "Concept voorstel"));
    let what = match &besluit.uitslag {
        Some(_) => text::besluit(&besluit.besluit).trim_end_matches('.').to_owned(),
        None if is_proposed && soort.is_empty() => "Op de stemmingslijst".into(),
        None if soort.contains("aangehouden") => "Aangehouden".into(),
        None if soort.contains("ingetrokken") => "Ingetrokken".into(),
        None if soort.contains("uitstellen") => "Stemming uitgesteld".into(),
        None => text::besluit(&besluit.besluit).trim_end_matches('.').to_owned(),
    };
    let meeting = besluit.activiteit.as_ref().and_then(|activiteit| {
        Some((activiteit.address()?, text::or(&activiteit.soort, &activiteit.onderwerp).to_owned()))
    });
    Step {
        moment: besluit.moment(),
        what,
        page: besluit.address().map(|page| (page, "de stemming per zetel".into())).or(meeting),
        more: besluit.uitslag.as_ref().map(|uitslag| VoteBar::of(uitslag).label),
    }
}

#[cfg(test)]
mod tests {
    use model::entities::Besluit;
    use model::{Record, Uuid};

    use super::*;

    fn besluit(soort: Option<&str>, status: &str) -> BesluitLine {
        BesluitLine {
            besluit: Besluit {
                besluit_soort: soort.map(String::from),
                status: Some(status.into()),
                ..Besluit::from_values(Uuid::nil(), Vec::new())
            },
            activiteit: None,
            zaken: Vec::new(),
            uitslag: None,
        }
    }

    #[test]
    fn a_motion_that_is_held_or_waits_says_so() {
        let what = |soort, status| decided(&besluit(soort, status)).what;
        assert_eq!(
            what(Some("Stemmen - aangehouden (al tijdens debat)"), "Besluit"),
            "Aangehouden"
        );
        assert_eq!(what(Some("Stemmen - ingetrokken"), "Besluit"), "Ingetrokken");
        assert_eq!(what(Some("Stemmen - uitstellen"), "Besluit"), "Stemming uitgesteld");
        assert_eq!(what(None, "Voorstel"), "Op de stemmingslijst");
        assert_eq!(what(Some("Ingediend"), "Besluit"), "Ingediend");
    }
}
